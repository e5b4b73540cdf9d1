"""Special cases of requests and responses. All that is logged begins with the visitor's name."""

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi import BackgroundTasks, FastAPI
from fastapi import Request as Received
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.requests import ClientDisconnect

from recorder import Request
from tests.conformance.corner import Stage, corner

ANN = Request("ann", "/")


@corner(Request("ann", "/", "POST", body="hello"))
def a_body_that_only_a_task_reads(app: FastAPI, stage: Stage) -> None:
    async def task(request: Received) -> None:
        stage.log(f"ann disconnected: {await request.is_disconnected()}")
        try:
            stage.log(f"ann body: {await request.body()!r}")
        except ClientDisconnect:
            stage.log("ann ClientDisconnect")

    @app.post("/")
    async def endpoint(request: Received, tasks: BackgroundTasks) -> None:
        tasks.add_task(task, request)


@corner(ANN)
def an_error_within_a_stream(app: FastAPI, stage: Stage) -> None:
    async def chunks() -> AsyncIterator[str]:
        yield "one"
        await stage.sleep(1)
        raise ValueError

    @app.get("/")
    async def endpoint(tasks: BackgroundTasks) -> StreamingResponse:
        tasks.add_task(stage.log, "ann task")
        return StreamingResponse(chunks())


def _streams(app: FastAPI, stage: Stage) -> None:
    """Have the app answer with a stream of two seconds, and a task."""

    async def chunks() -> AsyncIterator[str]:
        try:
            for number in range(5):
                yield f"<{number}>"
                await stage.sleep(0.5)
        finally:
            stage.log("ann ends the stream")

    @app.get("/")
    async def endpoint(tasks: BackgroundTasks) -> StreamingResponse:
        tasks.add_task(stage.log, "ann task")
        return StreamingResponse(chunks())


@corner(Request("ann", "/", leaves=1.2))
def a_stream_whose_client_leaves(app: FastAPI, stage: Stage) -> None:
    _streams(app, stage)


@corner(Request("ann", "/", leaves=1.2), Request("bob", "/block", at=0.7))
def a_client_that_leaves_while_the_loop_is_blocked(app: FastAPI, stage: Stage) -> None:
    def chunks() -> Iterator[str]:
        for number in range(5):
            yield f"<{number}>"
            stage.block(0.5)

    @app.get("/")
    def endpoint() -> StreamingResponse:
        return StreamingResponse(chunks())

    @app.get("/block")
    async def block() -> None:
        stage.block(2)


@corner(Request("ann", "/", leaves=1.2))
def a_stream_in_a_thread_whose_client_leaves(app: FastAPI, stage: Stage) -> None:
    def chunks() -> Iterator[str]:
        for number in range(5):
            stage.log(f"ann {number}")
            yield f"<{number}>"
            stage.block(0.5)

    @app.get("/")
    def endpoint(tasks: BackgroundTasks) -> StreamingResponse:
        tasks.add_task(stage.log, "ann task")
        return StreamingResponse(chunks())


@corner(Request("ann", "/", leaves=1.2))
def a_client_whose_leaving_is_asked_for(app: FastAPI, stage: Stage) -> None:
    @app.get("/")
    async def endpoint(request: Received, tasks: BackgroundTasks) -> None:
        tasks.add_task(stage.log, "ann task")
        for number in range(6):
            if await request.is_disconnected():
                stage.log(f"ann has left at {number}")
                break
            await stage.sleep(0.5)


@corner(Request("ann", "/", leaves=0.7))
def a_client_that_leaves_an_app_with_middleware(app: FastAPI, stage: Stage) -> None:
    @app.middleware("http")
    async def middleware(request: Received, call_next: Any) -> Response:
        response: Response = await call_next(request)
        stage.log("ann middleware")
        return response

    @app.get("/")
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(stage.log, "ann task")
        await stage.sleep(1)
        stage.log("ann endpoint")


@corner(Request("ann", "/", leaves=0.7))
def a_client_that_leaves_a_stream_behind_middleware(app: FastAPI, stage: Stage) -> None:
    @app.middleware("http")
    async def middleware(request: Received, call_next: Any) -> Response:
        response: Response = await call_next(request)
        return response

    _streams(app, stage)


@corner(ANN, Request("bob", "/ping", at=0.5))
def a_task_that_exits(app: FastAPI, stage: Stage) -> None:
    @app.get("/")
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(sys.exit, 1)
        tasks.add_task(stage.log, "ann second task")

    @app.get("/ping")
    async def ping() -> None: ...


@corner(ANN)
def a_response_that_is_longer_than_it_says(app: FastAPI, stage: Stage) -> None:
    @app.get("/")
    async def endpoint(tasks: BackgroundTasks) -> Response:
        tasks.add_task(stage.log, "ann task")
        return Response("hello", headers={"content-length": "3"})


@corner(ANN)
def a_response_that_is_shorter_than_it_says(app: FastAPI, stage: Stage) -> None:
    @app.get("/")
    async def endpoint(tasks: BackgroundTasks) -> Response:
        tasks.add_task(stage.log, "ann task")
        return Response("hello", headers={"content-length": "9"})


@corner(Request("ann", "/", "HEAD"))
def a_head_request(app: FastAPI, stage: Stage) -> None:
    @app.head("/")
    async def endpoint(tasks: BackgroundTasks) -> JSONResponse:
        tasks.add_task(stage.log, "ann task")
        return JSONResponse("hello")


@corner(ANN)
def headers_as_they_arrive(app: FastAPI, stage: Stage) -> None:
    @app.get("/")
    async def endpoint(request: Received) -> list[str]:
        return sorted(request.headers.keys())
