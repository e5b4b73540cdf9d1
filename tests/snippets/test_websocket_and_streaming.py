"""What the page "websocket-and-streaming" says, as assertions."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import anyio
import pytest
from fastapi import BackgroundTasks, FastAPI, WebSocket
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from uvicorn.protocols.http import h11_impl

from recorder import Message, Request, Story, Timeline, play

Play = Callable[[str], Timeline]


def each_message_is_archived(timeline: Timeline) -> bool:
    """The invariant of the chat: what was said is archived."""
    return timeline.printed == "archived: hello\narchived: bye\n"


def test_in_a_websocket_no_task_runs_and_nothing_is_logged(wrong: Timeline) -> None:
    assert not each_message_is_archived(wrong)
    assert [event.name for event in wrong.find("task.skipped")] == ["archive", "archive (2)"]
    assert wrong.find("log") == wrong.find("task.started") == []


def test_in_a_task_group_the_work_begins_with_each_message(right: Timeline) -> None:
    assert [event.at for event in right.find("task.started")] == [1.0, 2.0]


def test_in_a_task_group_the_work_is_done_after_the_client_has_left(right: Timeline) -> None:
    assert each_message_is_archived(right)
    assert right.at("client.disconnected") == 2.5 < right.end == 4.0


def chat_of(receive: Callable[[WebSocket, asyncio.TaskGroup], Awaitable[None]]) -> Timeline:
    """A chat in which Ann says one word and leaves before it is archived."""
    app = FastAPI()

    @app.websocket("/chat")
    async def chat(websocket: WebSocket) -> None:
        await websocket.accept()
        async with asyncio.TaskGroup() as tasks:
            await receive(websocket, tasks)

    ann = Request("ann", "/chat", "WEBSOCKET", messages=(Message("hello"),), leaves=1.0)
    return play(app, Story((ann,)))


async def archive() -> None:
    await asyncio.sleep(2)
    print("archived")


def test_receive_text_raises_when_the_client_leaves_and_the_group_cancels_the_work() -> None:
    async def receive(websocket: WebSocket, tasks: asyncio.TaskGroup) -> None:
        while await websocket.receive_text():
            tasks.create_task(archive())

    assert chat_of(receive).printed == ""


def test_an_error_in_the_work_ends_the_chat() -> None:
    async def fail() -> None:
        raise OSError("disk is full")

    async def receive(websocket: WebSocket, tasks: asyncio.TaskGroup) -> None:
        async for _ in websocket.iter_text():
            tasks.create_task(fail())

    assert chat_of(receive).end < 1.0


def usage_is_saved(timeline: Timeline) -> bool:
    """The invariant of the stream: the task runs, however the stream ended."""
    return len(timeline.find("task.finished", "save_usage")) == 1


def test_when_the_generator_raises_the_task_never_runs(play: Play) -> None:
    timeline = play("wrong_stream")
    assert not usage_is_saved(timeline)
    assert timeline.at("request.failed") == 1.0
    assert timeline.response("ann").body == "Once upon"


def test_when_the_generator_handles_its_error_the_task_runs_after_the_last_chunk(
    play: Play,
) -> None:
    timeline = play("right_stream")
    assert usage_is_saved(timeline)
    assert timeline.at("response.finished") == timeline.at("task.started", "save_usage") == 1.0
    assert timeline.response("ann").body.endswith("[broken off]")


async def release() -> None:
    print("released: begun")
    await asyncio.sleep(0)
    print("released: done")


async def shielded() -> None:
    with anyio.CancelScope(shield=True):
        await release()


def left_at_half_past_one(finally_: Callable[[], Awaitable[None]] | None) -> Timeline:
    """A stream that is left by its client; with `finally`, or else with a background task."""
    app = FastAPI()

    async def answer() -> AsyncIterator[str]:
        try:
            while True:
                yield "token"
                await asyncio.sleep(1)
        finally:
            if finally_:
                await finally_()

    @app.get("/")
    async def stream(tasks: BackgroundTasks) -> StreamingResponse:
        if not finally_:
            tasks.add_task(release)
        return StreamingResponse(answer())

    return play(app, Story((Request("ann", "/", leaves=1.5),)))


@pytest.mark.parametrize(("clean_up", "done"), [(release, False), (shielded, True), (None, True)])
def test_after_the_client_has_left_an_await_in_finally_is_cancelled_unless_it_is_shielded(
    clean_up: Callable[[], Awaitable[None]] | None, done: bool
) -> None:
    timeline = left_at_half_past_one(clean_up)
    assert timeline.printed == "released: begun\n" + "released: done\n" * done
    assert {event.at for event in timeline.find("print")} == {1.5}


def test_a_server_that_announces_asgi_2_4_runs_no_task_when_its_client_has_left() -> None:
    ran: list[str] = []

    async def chunks() -> AsyncIterator[str]:
        yield "token"

    async def send(message: Any) -> None:
        raise OSError("the client has left")

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    tasks = BackgroundTasks()
    tasks.add_task(ran.append, "task")
    response = StreamingResponse(chunks(), background=tasks)
    scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}}
    with pytest.raises(ClientDisconnect):
        asyncio.run(response(scope, receive, send))
    assert ran == []


def test_uvicorn_announces_asgi_2_3() -> None:
    assert '"spec_version": "2.3"' in inspect.getsource(h11_impl)
