"""Special cases of WebSockets. All that is logged begins with the visitor's name."""

from fastapi import Depends, FastAPI, HTTPException, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse

from recorder import Message, Request
from tests.conformance.corner import Stage, corner

ANN = Request("ann", "/", "WEBSOCKET")


@corner(ANN)
def a_socket_that_fails_before_it_is_accepted(app: FastAPI, stage: Stage) -> None:
    @app.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await stage.sleep(0.5)
        raise ValueError


@corner(ANN)
def a_socket_that_fails_later(app: FastAPI, stage: Stage) -> None:
    @app.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        await stage.sleep(0.5)
        raise ValueError


@corner(ANN)
def a_socket_that_returns(app: FastAPI, stage: Stage) -> None:
    @app.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        await stage.sleep(0.5)


@corner(ANN)
def a_socket_that_is_refused(app: FastAPI, stage: Stage) -> None:
    @app.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await socket.close(1008)


@corner(ANN)
def a_socket_that_is_refused_by_a_dependency(app: FastAPI, stage: Stage) -> None:
    def refuse() -> None:
        raise HTTPException(401)

    @app.websocket("/", dependencies=[Depends(refuse)])
    async def endpoint(socket: WebSocket) -> None: ...


@corner(ANN)
def a_socket_that_is_refused_with_a_response(app: FastAPI, stage: Stage) -> None:
    @app.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await socket.send_denial_response(JSONResponse("no", 402))


@corner(Request("ann", "/", "WEBSOCKET", leaves=1.2))
def a_socket_that_sends_to_a_client_that_left(app: FastAPI, stage: Stage) -> None:
    @app.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        try:
            for number in range(6):
                stage.log(f"ann {number}")
                await socket.send_text(f"<{number}>")
                await stage.sleep(0.5)
        except WebSocketDisconnect as left:
            stage.log(f"ann WebSocketDisconnect {left.code}")


@corner(Request("ann", "/", "WEBSOCKET", messages=(Message("hi", 0.5),), leaves=1.2))
def a_socket_whose_client_leaves(app: FastAPI, stage: Stage) -> None:
    @app.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        try:
            async for text in socket.iter_text():
                stage.log(f"ann says {text}")
            stage.log("ann has left")
            await socket.send_text("bye")
        except Exception as error:
            stage.log(f"ann {type(error).__name__}")
            raise


@corner(Request("ann", "/", "WEBSOCKET", messages=(Message("hi", 1.0),)))
def a_socket_that_is_used_after_it_was_closed(app: FastAPI, stage: Stage) -> None:
    @app.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close(4000)
        stage.log("ann closed")
        message = await socket.receive()
        stage.log(f"ann {message['type']}")


@corner(Request("ann", "/", "WEBSOCKET", messages=(Message("hi", 0.0), Message("ho", 0.5))))
def messages_wait_for_the_app(app: FastAPI, stage: Stage) -> None:
    @app.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await stage.sleep(1)
        await socket.accept()
        for _ in range(2):
            await stage.sleep(1)
            await socket.send_text(await socket.receive_text())


@corner(ANN)
def an_http_route_is_no_socket(app: FastAPI, stage: Stage) -> None:
    @app.get("/")
    async def endpoint() -> None: ...


TWO_MESSAGES = (Message("one", 0.0), Message("two", 0.5))


@corner(Request("ann", "/", "WEBSOCKET", messages=TWO_MESSAGES, leaves=1.2))
def a_client_that_leaves_with_a_message_unread(app: FastAPI, stage: Stage) -> None:
    async def say(socket: WebSocket, text: str) -> None:
        try:
            await socket.send_text(text)
            stage.log(f"ann sent {text}")
        except WebSocketDisconnect as left:
            stage.log(f"ann left {left.code} before {text}")

    @app.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        stage.log(f"ann says {await socket.receive_text()}")
        await stage.sleep(2)
        await say(socket, "a")  # the server stops reading while a message waits
        stage.log(f"ann says {await socket.receive_text()}")
        await say(socket, "b")
        await stage.sleep(0.5)
        await say(socket, "c")


@corner(Request("ann", "/", "WEBSOCKET", messages=TWO_MESSAGES, leaves=1.2))
def a_client_that_writes_to_a_blocked_loop_and_leaves(app: FastAPI, stage: Stage) -> None:
    @app.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        stage.block(2)
        try:
            while True:
                stage.log(f"ann says {await socket.receive_text()}")
        except WebSocketDisconnect as left:
            stage.log(f"ann left {left.code}")
