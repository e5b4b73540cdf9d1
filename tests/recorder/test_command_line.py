"""`python -m recorder play FILE`: what it prints, and what it exits with."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from recorder.__main__ import main
from tests.recorder.apps import PING, file

HANGS = """\
import asyncio
from fastapi import FastAPI

app = FastAPI()


@app.get("/ping")
async def ping() -> None:
    await asyncio.Event().wait()
"""
SPINS = HANGS.replace("await asyncio.Event().wait()", "while True: pass")
FAILS = HANGS.replace("await asyncio.Event().wait()", "1 / 0")
STORY = '[[requests]]\nvisitor = "zoe"\npath = "/ping"\nat = 0.5\n'
ECHO = """\
from typing import Any
from fastapi import Body, FastAPI

app = FastAPI()


@app.post("/echo")
async def echo(what: Any = Body()) -> Any:
    return what
"""
HEADERS = """\
from fastapi import FastAPI, Request

app = FastAPI()


@app.get("/h")
async def tokens(request: Request) -> list[str]:
    return request.headers.getlist("x-token")
"""

Capture = pytest.CaptureFixture[str]


def play(path: Path, *arguments: str) -> int:
    return main(["play", str(path), *arguments])


def sent(capsys: Capture, path: Path, *arguments: str) -> list[tuple[float, str, str]]:
    """Virtual second, visitor and text of each request that was sent."""
    assert play(path, *arguments, "--json") == 0
    events = json.loads(capsys.readouterr().out)["events"]
    return [(e["at"], e["visitor"], e["text"]) for e in events if e["kind"] == "request.sent"]


def test_a_run_of_the_program_prints_the_timeline_as_text(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "recorder", "play", str(file(tmp_path, PING))]
    done = subprocess.run(
        [*command, "--request", "GET /ping"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ann  GET /ping")
    assert "0 s · ann · has the whole response, status 200\n" in done.stdout


def test_it_exits_with_0_when_the_app_answers_500(tmp_path: Path, capsys: Capture) -> None:
    assert play(file(tmp_path, FAILS), "--request", "GET /ping") == 0
    assert "ann · the app fails: ZeroDivisionError" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "story", "code", "message"),
    [
        (PING, "", 2, "story.toml:1: no requests for 'app'; add a [[requests]] table"),
        (PING, STORY + "colour = 1", 2, "story.toml:5: unknown key 'colour'"),
        ("1 / 0", STORY, 3, "app.py:1: does not import: ZeroDivisionError"),
        ("x = 1", STORY, 3, "app.py:1: has no `app`"),
        (HANGS, STORY, 4, "app.py:9 in ping"),
        (SPINS, "budget = 0.2\n" + STORY, 4, "app.py:9 in ping: still running after 0.2 real s"),
    ],
    ids=["no_requests", "wrong_story", "raises", "no_app", "deadlock", "budget"],
)
def test_it_exits_with_the_code_of_what_went_wrong_and_names_the_line(
    tmp_path: Path, capsys: Capture, text: str, story: str, code: int, message: str
) -> None:
    file(tmp_path, story, "story.toml")
    assert play(file(tmp_path, text)) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("recorder: ")
    assert message in printed.err
    assert len(printed.err.splitlines()) == 1


@pytest.mark.parametrize(
    "request_text", ["", "GET", "/ping", "GET ping", "1 /ping"], ids=lambda text: text or "empty"
)
def test_a_request_that_is_not_method_and_path_exits_with_2(
    tmp_path: Path, capsys: Capture, request_text: str
) -> None:
    assert play(file(tmp_path, PING), "--request", request_text) == 2
    assert "write it as 'METHOD /path BODY'" in capsys.readouterr().err


def test_a_negative_moment_exits_with_2(tmp_path: Path, capsys: Capture) -> None:
    assert play(file(tmp_path, PING), "--request", "GET /ping", "--at=-1") == 2
    assert "virtual seconds begin at 0" in capsys.readouterr().err


@pytest.mark.parametrize("moment", ["nan", "inf"])
def test_a_moment_that_never_comes_exits_with_2(
    tmp_path: Path, capsys: Capture, moment: str
) -> None:
    assert play(file(tmp_path, PING), "--request", "GET /ping", "--at", moment) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["play"],
        ["draw", "app.py"],
        ["play", "app.py", "--at", "1", "--request", "GET /ping"],
        ["play", "app.py", "--request", "GET /ping", "--at", "noon"],
        ["play", "app.py", "--header", "a: b", "--request", "GET /ping"],
        ["play", "app.py", "--request", "GET /ping", "--header", "a"],
        ["play", "app.py", "--json", "--svg"],
        ["play", "app.py", "--lang", "fr"],
    ],
    ids=" ".join,
)
def test_a_bad_call_exits_with_2(capsys: Capture, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: python -m recorder")


def test_without_requests_the_story_beside_the_file_is_played(
    tmp_path: Path, capsys: Capture
) -> None:
    file(tmp_path, STORY, "story.toml")
    assert sent(capsys, file(tmp_path, PING)) == [(0.5, "zoe", "GET /ping")]


def test_at_belongs_to_the_request_before_it(tmp_path: Path, capsys: Capture) -> None:
    asked = "--request|GET /ping|--at|2|--request|get /ping?b|--request|GET /ping?c|--at|1.5"
    assert sent(capsys, file(tmp_path, PING), *asked.split("|")) == [
        (0.0, "bob", "GET /ping?b"),
        (1.5, "cat", "GET /ping?c"),
        (2.0, "ann", "GET /ping"),
    ]


def test_a_requests_body_is_sent_as_it_is_written(tmp_path: Path, capsys: Capture) -> None:
    path = file(tmp_path, ECHO)
    assert play(path, "--request", 'POST /echo {"email": "a b@c.d"}', "--json") == 0
    (answer,) = json.loads(capsys.readouterr().out)["responses"]
    assert answer["body"] == '{"email":"a b@c.d"}'


def test_headers_belong_to_the_request_before_them(tmp_path: Path, capsys: Capture) -> None:
    path = file(tmp_path, HEADERS)
    asked = "--request|GET /h|--header|X-Token: a:b|--header|x-token:c|--request|GET /h|--at|1"
    assert play(path, *asked.split("|"), "--json") == 0
    answers = json.loads(capsys.readouterr().out)["responses"]
    assert [answer["body"] for answer in answers] == ['["a:b","c"]', "[]"]


def test_json_is_the_public_format(tmp_path: Path, capsys: Capture) -> None:
    assert play(file(tmp_path, PING), "--request", "GET /ping", "--at", "1", "--json") == 0
    data = json.loads(capsys.readouterr().out)

    assert list(data) == ["format", "events", "responses", "printed"]
    assert (data["format"], data["printed"]) == (1, "")
    kinds = ["request.sent", "request.received", "response.started", "response.finished"]
    texts = ["GET /ping", "GET /ping", "200", "200"]
    assert data["events"] == [
        {"at": 1.0, "kind": kind, "visitor": "ann", "name": "", "text": text}
        for kind, text in zip(kinds, texts, strict=True)
    ]
    headers = [["content-length", "6"], ["content-type", "application/json"]]
    assert data["responses"] == [
        {"visitor": "ann", "status": 200, "headers": headers, "body": '"pong"'}
    ]


@pytest.mark.parametrize(("language", "title"), [("en", "Timeline"), ("zh", "时间线")])
def test_svg_is_well_formed_and_carries_its_style(
    tmp_path: Path, capsys: Capture, language: str, title: str
) -> None:
    asked = ["--request", "GET /ping?a=1&b=<2>", "--svg", "--lang", language]
    assert play(file(tmp_path, PING), *asked) == 0
    root = ElementTree.fromstring(capsys.readouterr().out)
    names = [child.tag.rpartition("}")[2] for child in root]
    assert names[:3] == ["title", "desc", "style"]
    assert root[0].text == title


def test_what_the_app_prints_is_not_mixed_with_the_output(tmp_path: Path, capsys: Capture) -> None:
    text = "print('imported')\n" + PING.replace("    return", "    print('asked')\n    return")
    assert play(file(tmp_path, text), "--request", "GET /ping", "--json") == 0
    assert json.loads(capsys.readouterr().out)["printed"].endswith("asked\n")
