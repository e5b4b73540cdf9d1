"""Importing an app's file: afresh, with clear errors, and without a trace afterwards."""

import json
import os
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI

from recorder import AppError, Request, Story, Timeline, play_file
from tests.recorder.apps import PING, file, run

ASK = Story((Request("ann", "/ping"),))
COUNTING = """\
from fastapi import FastAPI

app = FastAPI()
seen = []


@app.get("/ping")
async def ping() -> int:
    seen.append(1)
    return len(seen)
"""


def refusal(path: Path) -> str:
    """The error of an app, with the file's folder taken off."""
    with pytest.raises(AppError) as caught:
        play_file(path, ASK)
    return str(caught.value).removeprefix(f"{path.parent}/")


def body(timeline: Timeline) -> str:
    return timeline.response("ann").body


def test_a_file_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "app.py") == "app.py:1: no such file"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path.name}:1: no such file"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\ndef f(:\n", "app.py:2: does not import: invalid syntax"),
        ("x = 1\n\n1 / 0\n", "app.py:3: does not import: ZeroDivisionError: division by zero"),
        ("import nothing_like_it\n", "app.py:1: does not import: ModuleNotFoundError: No module"),
        ("import sys\nsys.exit(3)\n", "app.py:2: does not import: SystemExit: 3"),
        ("x = 1\n", "app.py:1: has no `app`; name it: app = FastAPI()"),
        ("app = 1\n", "app.py:1: has an `app` that is no ASGI app but 1; name it: app = FastAPI()"),
        ("x = '\0'\n", "app.py:1: does not import: source code string cannot contain null bytes"),
    ],
    ids=["syntax", "raises", "unknown_import", "sys_exit", "no_app", "number", "nul"],
)
def test_an_app_that_does_not_import_is_refused_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    assert refusal(file(tmp_path, text)).startswith(message)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_bytes(b"x = '\xff'\n")
    assert refusal(path).startswith("app.py:1: does not import: ")


def test_the_line_of_the_module_that_fails_is_named_not_that_of_its_import(tmp_path: Path) -> None:
    file(tmp_path, "x = 1\n1 / 0\n", "helper.py")
    assert refusal(file(tmp_path, "import helper\n")).startswith("helper.py:2: does not import: Z")


def test_a_syntax_error_in_another_module_names_that_module(tmp_path: Path) -> None:
    file(tmp_path, "x = 1\ndef f(:\n", "helper.py")
    assert refusal(file(tmp_path, "import helper\n")).startswith("helper.py:2: does not import: in")


def test_a_file_may_be_called_like_a_module_of_the_standard_library(tmp_path: Path) -> None:
    assert body(play_file(file(tmp_path, PING, "json.py"), ASK)) == '"pong"'
    assert sys.modules["json"] is json


def test_a_file_may_have_a_name_that_is_no_identifier(tmp_path: Path) -> None:
    assert body(play_file(file(tmp_path, PING, "my-app.v2.py"), ASK)) == '"pong"'


def test_a_package_may_use_relative_imports(tmp_path: Path) -> None:
    for package in ("shop", "shop/api"):
        file(tmp_path, "", f"{package}/__init__.py")
    file(tmp_path, "ANSWER = 'from the package'\n", "shop/words.py")
    text = PING.replace("from f", "from ..words import ANSWER\nfrom f").replace('"pong"', "ANSWER")

    assert body(play_file(file(tmp_path, text, "shop/api/app.py"), ASK)) == '"from the package"'


def test_a_neighbour_module_is_imported_afresh_in_each_run(tmp_path: Path) -> None:
    file(tmp_path, "seen: list[int] = []\n", "memory.py")
    text = COUNTING.replace("seen = []", "from memory import seen")
    path = file(tmp_path, text)

    assert [body(play_file(path, ASK)) for _ in range(2)] == ["1", "1"]


@pytest.mark.parametrize("folder", ["plain", "package"])
def test_two_workers_have_two_independent_modules(tmp_path: Path, folder: str) -> None:
    if folder == "package":
        file(tmp_path, "", "package/__init__.py")
    file(tmp_path, "seen: list[int] = []\n", f"{folder}/memory.py")
    shared = "from memory import seen" if folder == "plain" else "from .memory import seen"
    path = file(tmp_path, COUNTING.replace("seen = []", shared), f"{folder}/app.py")

    story = Story(tuple(Request(f"v{n}", "/ping", at=n, worker=n % 2) for n in range(4)))
    timeline = play_file(path, story)

    assert [answer.body for answer in timeline.responses] == ["1", "1", "2", "2"]


def test_an_import_takes_place_on_the_virtual_clock(tmp_path: Path) -> None:
    text = "import datetime\nday = str(datetime.date.today())\n" + PING.replace('"pong"', "day")
    assert body(play_file(file(tmp_path, text), ASK)) == '"2026-01-01"'


@pytest.mark.parametrize("text", [PING, f"{PING}\n1 / 0\n"], ids=["plays", "does_not_import"])
def test_modules_path_and_folder_are_as_before_afterwards(tmp_path: Path, text: str) -> None:
    file(tmp_path, "x = 1\n", "neighbour.py")
    path = file(tmp_path, f"import neighbour\n{text}")
    before = sys.path[:], Path.cwd(), sys.stdout, dict(os.environ)
    modules = set(sys.modules)
    if text == PING:
        play_file(path, ASK)
    else:
        refusal(path)

    assert (sys.path, Path.cwd(), sys.stdout, dict(os.environ)) == before
    assert set(sys.modules) == modules


def test_with_its_own_story_an_app_writes_files_in_a_folder_of_its_own(tmp_path: Path) -> None:
    text = PING.replace('    return "pong"', '    open("out.txt", "w").close()\n    return "pong"')
    file(tmp_path, '[[requests]]\nvisitor = "ann"\npath = "/ping"\n', "story.toml")
    before = Path.cwd(), set(Path.cwd().iterdir())

    assert body(play_file(file(tmp_path, text))) == '"pong"'
    assert (Path.cwd(), set(Path.cwd().iterdir())) == before
    assert not (tmp_path / "out.txt").exists()


def test_an_app_that_leaves_the_path_without_its_folder_does_no_harm(tmp_path: Path) -> None:
    text = f"import sys\nsys.path.pop(0)\n{PING}"
    assert body(play_file(file(tmp_path, text), ASK)) == '"pong"'


def test_a_path_that_the_app_adds_is_gone_afterwards(tmp_path: Path) -> None:
    before = sys.path[:]
    play_file(file(tmp_path, f"import sys\nsys.path.append('/nowhere')\n{PING}"), ASK)
    assert sys.path == before


def test_a_thing_among_the_modules_that_is_no_module_does_no_harm(monkeypatch) -> None:
    class Library:
        __slots__ = ()
        __class__ = type(sys)  # type: ignore[assignment]

    monkeypatch.setitem(sys.modules, "bindings.lib", Library())  # as cffi does
    assert run(FastAPI(), Request("ann", "/")).response("ann").status == 404
