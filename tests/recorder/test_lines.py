"""Which line of the reader's file an event belongs to."""

from pathlib import Path

import pytest

from recorder import Request, Story, play_file
from tests.recorder.apps import file

ASK = Story((Request("ann", "/"),))
HEAD = """\
import asyncio
import functools
import logging
import time
from contextlib import asynccontextmanager

from fastapi import BackgroundTasks, Depends, FastAPI, WebSocket
from fastapi.responses import StreamingResponse

app = FastAPI()

"""


def lines(folder: Path, text: str, story: Story = ASK) -> list[tuple[str, str, str]]:
    """Kind, name and source line of each event, "" for an event without a line."""
    path = file(folder, HEAD + text)
    source = ["", *path.read_text("utf-8").splitlines()]
    return [(e.kind, e.name, source[e.line].strip()) for e in play_file(path, story).events]


def test_what_happens_to_a_request_has_the_endpoints_line(tmp_path: Path) -> None:
    text = '@app.get(\n    "/",\n)\nasync def root() -> None: ...\n'
    (sent, *found) = lines(tmp_path, text)
    assert sent == ("request.sent", "", "")
    assert {line for _, _, line in found} == {"async def root() -> None: ..."}
    assert len(found) == 3


def test_a_request_that_no_endpoint_takes_has_no_line(tmp_path: Path) -> None:
    assert {line for _, _, line in lines(tmp_path, "x = 1\n")} == {""}


def test_a_failing_endpoint_has_the_line_that_raised(tmp_path: Path) -> None:
    text = '@app.get("/")\nasync def root() -> None:\n    x = 0\n    1 / x\n'
    found = {kind: line for kind, _, line in lines(tmp_path, text)}
    assert found["request.failed"] == "1 / x"
    assert found["response.finished"] == "async def root() -> None:"


def test_what_is_printed_and_logged_has_its_own_line(tmp_path: Path) -> None:
    text = (
        'def say() -> None:\n    print("said")\n\n\n'
        '@app.get("/")\nasync def root() -> None:\n    say()\n    logging.warning("told")\n'
    )
    found = {kind: line for kind, _, line in lines(tmp_path, text)}
    assert (found["print"], found["log"]) == ('print("said")', 'logging.warning("told")')


def test_a_task_has_the_line_of_its_definition_and_a_failed_one_that_of_its_error(
    tmp_path: Path,
) -> None:
    text = """\
def logged(func):
    @functools.wraps(func)
    async def wrapper():
        await func()

    return wrapper


@logged
async def decorated() -> None: ...


def in_thread() -> None:
    time.sleep(1)


async def fails() -> None:
    raise ValueError


async def never() -> None: ...


@app.get("/")
async def root(tasks: BackgroundTasks) -> None:
    for task in (decorated, in_thread, fails, never):
        tasks.add_task(task)
"""
    found = [one for one in lines(tmp_path, text) if one[0].startswith(("task.", "thread."))]
    assert found == [
        ("task.started", "decorated", "async def decorated() -> None: ..."),
        ("task.finished", "decorated", "async def decorated() -> None: ..."),
        ("task.started", "in_thread", "def in_thread() -> None:"),
        ("thread.started", "in_thread", "def in_thread() -> None:"),
        ("thread.finished", "in_thread", "def in_thread() -> None:"),
        ("task.finished", "in_thread", "def in_thread() -> None:"),
        ("task.started", "fails", "async def fails() -> None:"),
        ("task.failed", "fails", "raise ValueError"),
        ("task.skipped", "never", "async def never() -> None: ..."),
    ]


def test_a_coroutine_inside_a_task_has_its_definition_or_where_it_was_cancelled(
    tmp_path: Path,
) -> None:
    text = """\
async def slow() -> None:
    await asyncio.sleep(5)


async def quick() -> None:
    raise ValueError


async def both() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(slow())
        group.create_task(quick())


@app.get("/")
async def root(tasks: BackgroundTasks) -> None:
    tasks.add_task(both)
"""
    found = {(kind, name): line for kind, name, line in lines(tmp_path, text)}
    assert found["task.started", "both/slow"] == "async def slow() -> None:"
    assert found["task.cancelled", "both/slow"] == "await asyncio.sleep(5)"
    assert found["task.failed", "both/quick"] == "raise ValueError"
    assert found["task.failed", "both"] == "async with asyncio.TaskGroup() as group:"


@pytest.mark.parametrize("prefix", ["", "async "])
def test_an_open_dependency_has_its_yield_and_a_closed_one_its_definition(
    tmp_path: Path, prefix: str
) -> None:
    text = f"""\
{prefix}def get_db():
    if True:
        yield 1


@app.get("/", dependencies=[Depends(get_db)])
async def root() -> None: ...
"""
    found = {kind: line for kind, _, line in lines(tmp_path, text)}
    assert found["dependency.opened"] == "yield 1"
    assert found["dependency.closed"] == f"{prefix}def get_db():"


@pytest.mark.parametrize("prefix", ["", "async "])
def test_a_chunk_has_the_yield_that_it_comes_of(tmp_path: Path, prefix: str) -> None:
    text = f"""\
{prefix}def parts():
    yield "one"
    yield "two"


@app.get("/")
async def root() -> StreamingResponse:
    return StreamingResponse(parts())
"""
    found = lines(tmp_path, text)
    assert [line for kind, _, line in found if kind == "response.chunk"] == [
        'yield "one"',
        'yield "two"',
    ]
    assert found[-1] == ("response.finished", "", "async def root() -> StreamingResponse:")


def test_a_chunk_of_no_generator_has_the_endpoints_line(tmp_path: Path) -> None:
    text = """\
@app.get("/")
async def root() -> StreamingResponse:
    return StreamingResponse(iter(["one"]))
"""
    found = {kind: line for kind, _, line in lines(tmp_path, text)}
    assert found["response.chunk"] == "async def root() -> StreamingResponse:"


def test_what_a_websocket_does_has_the_line_that_did_it(tmp_path: Path) -> None:
    text = """\
@app.websocket("/")
async def root(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("hi")
"""
    story = Story((Request("ann", "/", "WEBSOCKET"),))
    found = {kind: line for kind, _, line in lines(tmp_path, text, story)}
    assert found["websocket.accepted"] == "await websocket.accept()"
    assert found["websocket.sent"] == 'await websocket.send_text("hi")'
    assert found["websocket.closed"] == "async def root(websocket: WebSocket) -> None:"


def test_a_lifespan_has_its_definition(tmp_path: Path) -> None:
    text = """\
@asynccontextmanager
async def life(app):
    yield


app = FastAPI(lifespan=life)
"""
    found = {kind: line for kind, _, line in lines(tmp_path, text)}
    assert found["lifespan.started"] == found["lifespan.stopped"] == "async def life(app):"


def test_an_app_without_a_router_has_its_own_line(tmp_path: Path) -> None:
    text = """\
async def app(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body"})
"""
    found = {kind: line for kind, _, line in lines(tmp_path, text)}
    assert found["request.received"] == "async def app(scope, receive, send) -> None:"


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    text = '@app.get("/")\nasync def root() -> None: ...\n'
    first = lines(tmp_path, text)
    assert lines(tmp_path, f"x = 1\n\n{text}") == first


def test_what_is_recorded_is_told_without_lines(tmp_path: Path) -> None:
    found = play_file(file(tmp_path, f'{HEAD}@app.get("/")\nasync def root() -> None: ...\n'), ASK)
    assert any(event.line for event in found.events)
    assert "line" not in found.to_data()["events"][0]
