"""How the payload is made: compiling, sorting, keeping."""

import ast
import importlib.util
import marshal
import shutil
from pathlib import Path
from types import CodeType

import pytest

from site_build.payload import packages, steps
from site_build.payload.compiler import ARCHIVE, compiled
from site_build.payload.groups import as_module, module_name, roots, sorted_out
from site_build.payload.lighter import CHANGES, lighter
from site_build.payload.making import PayloadError, digest, made, run
from site_build.snippets import ROOT

SOURCE = b'''"""About."""
from typing import Annotated
from annotated_doc import Doc

def double(number: Annotated[int, Doc("A long text")]) -> int:
    """Twice."""

    assert number, "not nothing"
    return number * 2

def empty():
    """Nothing else."""
'''


def code_of(source: bytes) -> CodeType:
    code: CodeType = marshal.loads(compiled(source, "some/module.py")[16:])
    return code


def test_compiled_code_keeps_lines_and_asserts_and_loses_texts() -> None:
    space: dict[str, object] = {}
    exec(code_of(SOURCE), space)
    double = space["double"]
    with pytest.raises(AssertionError, match="not nothing") as failure:
        double(0)  # type: ignore[operator]
    assert failure.traceback[-1].lineno == 7  # counted from 0
    assert double.__doc__ == space["empty"].__doc__ == space["__doc__"] == "."
    assert b"A long text" not in compiled(SOURCE, "some/module.py")


def test_compiled_code_says_where_the_browser_has_it() -> None:
    assert code_of(b"").co_filename == f"{ARCHIVE}some/module.py"


def test_python_takes_compiled_code_without_a_look_at_its_source() -> None:
    header = compiled(b"", "some/module.py")[:16]
    assert header[:4] == importlib.util.MAGIC_NUMBER
    assert int.from_bytes(header[4:8], "little") == 0b01  # by hash, and unchecked


@pytest.mark.parametrize("name", CHANGES)
def test_the_code_that_is_made_lighter_is_as_expected(name: str) -> None:
    package = importlib.util.find_spec(name.partition("/")[0])
    assert package is not None
    assert package.origin is not None
    source = Path(package.origin).parent.parent.joinpath(name).read_text("utf-8")
    missing = [old for old, _ in CHANGES[name] if old not in source]
    assert not missing, f"{name} has changed: mend site_build/payload/lighter.py"
    changed = lighter(name, source)
    assert ast.parse(changed)
    assert len(changed.splitlines()) == len(source.splitlines())
    assert all(new in changed for _, new in CHANGES[name])


def test_code_that_is_not_as_expected_stays_as_it_is() -> None:
    name = "fastapi/openapi/models.py"
    assert lighter(name, '{"extra": "allow"}') == '{"extra": "allow"}'
    assert lighter("fastapi/openapi/utils.py", '{"extra": "allow"}') == '{"extra": "allow"}'


def test_modules_are_sorted_by_who_imports_them() -> None:
    names = {"os", "recorder", "sqlalchemy", "sqlalchemy.orm", "httpx", "csv", "urllib.request"}
    imported = {
        "library": {"os", "not_there"},
        "sqlalchemy": {"os", "sqlalchemy", "sqlalchemy.orm", "urllib.request"},
        "httpx": {"os", "httpx", "urllib.request"},
    }
    places = sorted_out(names, imported)
    assert places == {
        "os": "library",
        "recorder": "library",
        "sqlalchemy": "sqlalchemy",
        "sqlalchemy.orm": "sqlalchemy",
        "httpx": "httpx",
        "csv": "rest",
        "urllib.request": "library",  # which two groups need
    }
    assert roots(places, "sqlalchemy") == ["sqlalchemy"]
    told: dict[str, dict[str, str]] = {}
    exec(as_module(places), told)
    assert told["GROUP_OF"] == {n: place for n, place in places.items() if place != "library"}
    assert module_name("email/__init__.pyc") == "email"
    assert module_name("email/mime/text.pyc") == "email.mime.text"


def test_a_part_is_made_once_for_each_key(tmp_path: Path) -> None:
    times = []

    def make(place: Path) -> None:
        times.append(place)
        (place / "file").write_text(str(len(times)), "utf-8")

    keys = [digest(letter) for letter in "abc"]
    first = made(tmp_path, "part", keys[0], make)
    assert made(tmp_path, "part", keys[0], make) == first
    assert (first / "file").read_text("utf-8") == "1"
    for key in keys[1:]:
        made(tmp_path, "part", key, make)
    assert len(times) == 3
    assert len(list(tmp_path.iterdir())) == 2  # the last two, and nothing half made


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    def make(place: Path) -> None:
        (place / "file").write_text("half", "utf-8")
        raise PayloadError("no")

    with pytest.raises(PayloadError):
        made(tmp_path, "part", digest("key"), make)
    assert not list(tmp_path.iterdir())


def test_a_program_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(PayloadError, match="ENOENT: no such file"):
        run("compress.mjs", tmp_path / "nothing", tmp_path / "nothing.zst")


def test_without_packages_the_error_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    monkeypatch.setattr(packages, "ROOT", tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(PayloadError, match="packages cannot be downloaded: ERROR: Could not find"):
        packages.wheels()


def test_a_live_snippet_that_cannot_be_played_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {"modules": [], "failed": {"snippets/any/wrong.py": "no such module"}}
    monkeypatch.setattr(steps, "in_python", lambda *_: answer)
    with pytest.raises(PayloadError, match=r"cannot play .*any/wrong\.py.*no such module"):
        steps.imported(tmp_path, tmp_path, "library")
