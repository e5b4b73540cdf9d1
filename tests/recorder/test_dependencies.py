"""Dependencies with `yield`: when they open and close, nested, overridden, in both scopes."""

import asyncio
import time
from typing import Any

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from fastapi.responses import StreamingResponse

from recorder import Request, Timeline
from tests.recorder.apps import run, told

ASKED = Request("ann", "/")


async def nap() -> None:
    await asyncio.sleep(3)


async def outer() -> Any:
    yield "outer"
    await asyncio.sleep(1)


async def inner(needed: str = Depends(outer)) -> Any:
    await asyncio.sleep(0.5)
    yield f"inner of {needed}"


def ask(needed: Any, **more: Any) -> Timeline:
    """Ask an app whose endpoint adds a task of 3 s and needs `needed`."""
    app = FastAPI(**more)

    @app.get("/")
    async def endpoint(tasks: BackgroundTasks, value: Any = needed) -> Any:
        tasks.add_task(nap)
        return value

    return run(app, ASKED)


def test_a_dependency_closes_after_the_tasks_the_inner_one_first() -> None:
    assert told(ask(Depends(inner)), "dependency", "task") == [
        (0.0, "dependency.opened", "outer"),
        (0.5, "dependency.opened", "inner"),
        (0.5, "task.started", "nap"),
        (3.5, "task.finished", "nap"),
        (3.5, "dependency.closed", "inner"),
        (4.5, "dependency.closed", "outer"),
    ]


def test_with_function_scope_it_closes_before_the_response() -> None:
    timeline = ask(Depends(outer, scope="function"))
    assert told(timeline, "dependency.closed", "response.started", "task.started") == [
        (1.0, "dependency.closed", "outer"),
        (1.0, "response.started", ""),
        (1.0, "task.started", "nap"),
    ]


def test_a_def_dependency_is_seen_too_and_blocks_nobody() -> None:
    def session() -> Any:
        time.sleep(1)
        yield "session"
        time.sleep(1)

    timeline = ask(Depends(session))
    assert told(timeline, "dependency") == [
        (1.0, "dependency.opened", "session"),
        (5.0, "dependency.closed", "session"),
    ]


def test_an_override_is_seen_under_its_own_name() -> None:
    async def fake() -> Any:
        yield "fake"

    app = FastAPI()

    @app.get("/")
    async def endpoint(value: str = Depends(outer)) -> str:
        return value

    app.dependency_overrides[outer] = fake
    timeline = run(app, ASKED)
    assert timeline.response("ann").body == '"fake"'
    assert told(timeline, "dependency.opened") == [(0.0, "dependency.opened", "fake")]


def test_one_that_is_needed_twice_is_opened_once() -> None:
    async def both(first: str = Depends(inner), second: str = Depends(outer)) -> str:
        return first + second

    assert len(ask(Depends(both)).find("dependency.opened", "outer")) == 1


def test_the_error_of_a_task_reaches_the_dependency() -> None:
    caught = []

    async def session() -> Any:
        try:
            yield
        except ValueError as error:
            caught.append(str(error))
            raise

    async def fail() -> None:
        raise ValueError("no ink")

    app = FastAPI()

    @app.get("/", dependencies=[Depends(session)])
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(fail)

    timeline = run(app, ASKED)
    assert caught == ["no ink"]
    closed = timeline.find("dependency.closed")
    assert [(event.name, event.text) for event in closed] == [("session", "ValueError: no ink")]
    assert timeline.response("ann").status == 200


@pytest.mark.parametrize("scope", ["function", "request"])
def test_an_error_on_the_way_out_is_a_500_in_function_scope_alone(scope: Any) -> None:
    async def session() -> Any:
        yield "open"
        raise ValueError("commit failed")

    timeline = ask(Depends(session, scope=scope))
    assert timeline.response("ann").status == (500 if scope == "function" else 200)
    assert timeline.find("dependency.closed")[0].text == "ValueError: commit failed"


def test_one_that_fails_on_the_way_in_is_neither_opened_nor_closed() -> None:
    async def session() -> Any:
        raise HTTPException(401)
        yield

    timeline = ask(Depends(session))
    assert timeline.response("ann").status == 401
    assert not told(timeline, "dependency", "task")


def test_an_error_of_the_endpoint_closes_it_with_the_error() -> None:
    app = FastAPI()

    @app.get("/")
    async def endpoint(value: str = Depends(outer)) -> None:
        raise HTTPException(418)

    timeline = run(app, ASKED)
    assert timeline.response("ann").status == 418
    assert timeline.find("dependency.closed")[0].text.startswith("HTTPException: 418")


def test_during_a_stream_it_stays_open() -> None:
    async def chunks() -> Any:
        for _ in range(2):
            await asyncio.sleep(1)
            yield "x"

    app = FastAPI()

    @app.get("/")
    async def endpoint(value: str = Depends(outer)) -> StreamingResponse:
        return StreamingResponse(chunks())

    timeline = run(app, ASKED)
    assert timeline.at("response.finished") == 2.0
    assert timeline.at("dependency.closed", "outer") == 3.0


def test_in_a_websocket_it_closes_after_the_socket() -> None:
    from fastapi import WebSocket

    app = FastAPI()

    @app.websocket("/")
    async def endpoint(socket: WebSocket, value: str = Depends(outer)) -> None:
        await socket.accept()
        await socket.send_text(value)
        await socket.close()

    timeline = run(app, Request("ann", "/", "WEBSOCKET"))
    assert timeline.at("websocket.closed") == 0.0 < timeline.at("dependency.closed", "outer") == 1.0
