"""WebSockets: who sends what at which second, and how they end."""

import asyncio

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse

from recorder import Message, Request
from tests.recorder.apps import run, told


async def nap() -> None:
    await asyncio.sleep(1)


def talking() -> FastAPI:
    """An app whose WebSocket answers two messages, each after a second, and adds a task."""
    app = FastAPI()

    @app.websocket("/ws")
    async def talk(socket: WebSocket, tasks: BackgroundTasks) -> None:
        tasks.add_task(nap)
        await socket.accept()
        try:
            for _ in range(2):
                text = await socket.receive_text()
                await asyncio.sleep(1)
                await socket.send_text(f"you said {text}")
        except WebSocketDisconnect as gone:
            print(f"gone: {gone.code}")
        else:
            await socket.close(4000)

    return app


def call(*messages: Message, leaves: float | None = None) -> Request:
    return Request("ann", "/ws", "WEBSOCKET", messages=messages, leaves=leaves)


def test_a_websockets_messages_come_and_go_at_their_seconds() -> None:
    timeline = run(talking(), call(Message("hi", 0.5), Message("bye", 1)))

    sockets = [(e.at, e.kind, e.text) for e in timeline.events if e.kind.startswith("websocket")]
    assert sockets == [
        (0.0, "websocket.accepted", ""),
        (0.5, "websocket.received", "hi"),
        (1.5, "websocket.sent", "you said hi"),
        (1.5, "websocket.received", "bye"),
        (2.5, "websocket.sent", "you said bye"),
        (2.5, "websocket.closed", "4000"),
    ]
    answer = timeline.response("ann")
    assert (answer.status, answer.body) == (101, "you said hi\nyou said bye\n")


def test_background_tasks_of_a_websocket_never_run() -> None:
    timeline = run(talking(), call(Message("hi"), Message("bye")))
    assert told(timeline, "task") == [(2.0, "task.skipped", "nap")]


def test_a_websockets_client_that_leaves_is_noticed_at_the_next_send() -> None:
    timeline = run(talking(), call(Message("hi", 0.5), leaves=1))

    assert timeline.at("client.disconnected") == 1.0
    assert timeline.find("websocket.sent") == []
    assert (timeline.at("print"), timeline.printed) == (1.5, "gone: 1006\n")


def test_a_websocket_that_is_refused_is_closed_and_never_accepted() -> None:
    app = FastAPI()

    @app.websocket("/ws")
    async def refuse(socket: WebSocket) -> None:
        await socket.close(1008)

    timeline = run(app, call())
    assert told(timeline, "websocket") == [(0.0, "websocket.closed", "")]
    assert timeline.find("websocket.closed")[0].text == "1008"


def test_an_exception_in_a_websocket_is_a_failed_request_and_closes_it() -> None:
    app = FastAPI()

    @app.websocket("/ws")
    async def fail(socket: WebSocket) -> None:
        await socket.accept()
        raise ValueError("no paper")

    timeline = run(app, call())
    assert [e.text for e in timeline.find("request.failed")] == ["ValueError: no paper"]
    assert timeline.at("websocket.closed") == 0.0


def shut(reason: HTTPException | ValueError) -> FastAPI:
    """An app whose WebSocket needs what raises `reason`."""
    app = FastAPI()

    async def needed() -> None:
        raise reason

    @app.websocket("/ws", dependencies=[Depends(needed)])
    async def endpoint(socket: WebSocket) -> None: ...

    return app


@pytest.mark.parametrize(
    ("reason", "status"), [(HTTPException(401), 401), (ValueError("no ink"), 500)]
)
def test_an_error_before_the_handshake_is_answered_by_http(reason, status: int) -> None:
    timeline = run(shut(reason), call())
    assert timeline.response("ann").status == status
    assert timeline.find("response.finished")[0].text == str(status)
    assert not timeline.find("websocket.closed")


def test_an_app_may_answer_the_handshake_itself() -> None:
    app = FastAPI()

    @app.websocket("/ws")
    async def endpoint(socket: WebSocket) -> None:
        await socket.send_denial_response(JSONResponse("pay first", 402))

    answer = run(app, call()).response("ann")
    assert (answer.status, answer.body) == (402, '"pay first"')


def test_an_app_that_returns_without_a_handshake_is_a_500() -> None:
    app = FastAPI()

    @app.websocket("/ws")
    async def endpoint(socket: WebSocket) -> None: ...

    assert run(app, call()).response("ann").status == 500


def test_a_server_does_not_complain_when_an_app_sends_to_a_client_that_has_left() -> None:
    async def app(scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            return
        await send({"type": "websocket.accept"})
        while True:
            await asyncio.sleep(0.5)
            await send({"type": "websocket.send", "text": "tick"})

    timeline = run(app, call(leaves=1.2))
    assert [e.at for e in timeline.find("websocket.sent")] == [0.5, 1.0]
    assert not timeline.find("request.failed")


def test_after_its_own_close_an_app_receives_the_disconnect_and_nothing_else() -> None:
    async def app(scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            return
        await send({"type": "websocket.accept"})
        await receive()
        await send({"type": "websocket.close", "code": 4000})
        print((await receive())["type"])
        await send({"type": "websocket.send", "text": "too late"})

    timeline = run(app, call(Message("hi", 1.0)))
    assert timeline.printed == "websocket.disconnect\n"
    assert timeline.at("print") == 0.0
    assert timeline.find("request.failed")[0].text.startswith("RuntimeError: Unexpected ASGI")


def test_an_app_that_is_waiting_to_receive_hears_of_its_own_close() -> None:
    app = FastAPI()

    @app.websocket("/ws")
    async def leave(socket: WebSocket) -> None:
        await socket.accept()
        hearing = asyncio.ensure_future(socket.receive())
        await asyncio.sleep(1)
        await socket.close(4000)
        print((await hearing)["type"])

    timeline = run(app, call())
    assert timeline.printed == "websocket.disconnect\n"
    assert timeline.at("print") == 1.0


def test_a_message_that_does_not_fit_is_an_error() -> None:
    async def app(scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            return
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.http.response.start", "status": 401, "headers": []})

    timeline = run(app, call())
    assert timeline.find("request.failed")[0].text.startswith("RuntimeError: Unexpected ASGI")
    assert timeline.find("websocket.closed")[0].text == "1006"


def test_a_client_sends_only_after_it_has_heard_of_the_handshake() -> None:
    app = FastAPI()
    order: list[str] = []

    @app.websocket("/ws")
    async def endpoint(socket: WebSocket) -> None:
        await asyncio.sleep(1)
        await socket.accept()
        asyncio.get_running_loop().call_soon(order.append, "accepted")
        order.append(await socket.receive_text())

    assert run(app, call(Message("hi"))).at("websocket.received") == 1.0
    assert order == ["accepted", "hi"]


def test_a_client_that_leaves_before_the_handshake_says_no_code() -> None:
    app = FastAPI()

    @app.websocket("/ws")
    async def endpoint(socket: WebSocket) -> None:
        await socket.receive()
        await asyncio.sleep(1)
        print((await socket.receive())["code"])

    assert run(app, call(leaves=0.5)).printed == "1006\n"


def test_a_client_that_has_left_is_noticed_when_its_messages_have_been_taken() -> None:
    app = FastAPI()

    @app.websocket("/ws")
    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        await socket.receive_text()
        await asyncio.sleep(2)
        await socket.send_text("lost, without an error")
        print(await socket.receive_text())
        print((await socket.receive())["type"])

    timeline = run(app, call(Message("one"), Message("two", 0.5), leaves=1.2))
    assert timeline.printed == "two\nwebsocket.disconnect\n"
    assert timeline.at("client.disconnected") == 1.2
    assert not timeline.find("websocket.sent")
