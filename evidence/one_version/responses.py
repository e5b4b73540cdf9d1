"""When a response is complete, and what streams and files do to the tasks after them."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from fastapi import BackgroundTasks, FastAPI, Request
from fastapi.responses import FileResponse, StreamingResponse

from evidence.one_version.serving import PATIENCE_SECONDS, Log, Result, Scene, read, served

TASK_S = 1


def chunked_end() -> Result:
    """Two requests on one connection, the first with a task of a second, behind a middleware."""
    return {
        "task_s": TASK_S,
        **_two_requests("chunked", middleware=True, chunked=True),
        **_two_requests("plain", middleware=True, chunked=False),
        **_two_requests("chunked_without_middleware", middleware=False, chunked=True),
    }


def _two_requests(name: str, middleware: bool, chunked: bool) -> Result:
    ended: list[float] = []
    with served(_app(ended, middleware, chunked), Log()) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        began = time.monotonic()
        connection.request("GET", "/orders")
        complete = read(connection.getresponse()).complete_at
        connection.request("GET", "/ping")
        second = read(connection.getresponse()).complete_at
        wait_for(ended)
        connection.close()  # not before: up to Starlette 0.20 that would cancel the task
    return {
        f"{name}_complete_before_task_ends": complete < ended[0],
        f"{name}_complete_after_s": complete - began,
        f"{name}_next_request_answered_before_task_ends": second < ended[0],
        f"{name}_next_request_answered_after_s": second - complete,
    }


def wait_for(ended: list[float]) -> None:
    """Wait for the end of the task."""
    began = time.monotonic()
    while not ended:
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise TimeoutError("the task has not ended")
        time.sleep(0.01)


def _app(ended: list[float], middleware: bool, chunked: bool) -> FastAPI:
    app = FastAPI()

    async def cook() -> None:
        await asyncio.sleep(TASK_S)
        ended.append(time.monotonic())

    async def dishes() -> AsyncIterator[str]:
        yield "soup"
        yield "fish"

    @app.get("/orders")
    async def order(tasks: BackgroundTasks) -> Any:
        tasks.add_task(cook)
        return StreamingResponse(dishes()) if chunked else "soup"

    @app.get("/ping")
    async def ping() -> None: ...

    async def pass_on(request: Request, call_next: Any) -> Any:
        return await call_next(request)

    if middleware:
        app.middleware("http")(pass_on)
    return app


RANGES = {
    "whole": {},
    "part": {"range": "bytes=0-1"},
    "malformed_range": {"range": "bytes=x"},
    "unsatisfiable_range": {"range": "bytes=1000-"},
}


def byte_range() -> Result:
    """A task that is to delete the file that is sent."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"soup")
        file.flush()
        found = [_file(name, file.name, headers) for name, headers in RANGES.items()]
    found.append(_file("missing_file", str(Path(tempfile.gettempdir()) / "no such file"), {}))
    return {key: value for one in found for key, value in one.items()}


def _file(name: str, path: str, headers: dict[str, str]) -> Result:
    scene = Scene()

    @scene.app.get("/report")
    async def report(tasks: BackgroundTasks) -> FileResponse:
        tasks.add_task(scene.note, "task")
        return FileResponse(path)

    status = scene.ask("GET", "/report", headers=headers).status
    return {f"{name}_task_runs": "task" in scene.happened, f"{name}_status": status}


def streaming() -> Result:
    """A stream ends, breaks, or is left by its client."""
    whole, broken, left = (_stream(chunks) for chunks in (3, -1, 200))
    whole.ask("GET", "/stream")
    broken.ask("GET", "/stream")
    left.ask("GET", "/stream", reads=1, stays=False)
    return {
        "task_runs_after_last_chunk": whole.happened == ["chunk"] * 3 + ["response", "task"],
        "task_runs_if_generator_raises": "task" in broken.happened,
        "logged_if_generator_raises": broken.log.told,
        "task_runs_if_client_leaves": "task" in left.happened,
        "chunks_go_on_if_client_leaves": left.happened.count("chunk") == 200,
    }


def _stream(chunks: int) -> Scene:
    """So many chunks, 20 ms apart; of -1, the first and then an error."""
    scene = Scene()

    async def generate() -> AsyncIterator[str]:
        for _ in range(abs(chunks)):
            scene.note("chunk")
            yield "x"
            await asyncio.sleep(0.02)
        if chunks < 0:
            raise ConnectionError("the kitchen is closed")

    @scene.app.get("/stream")
    async def stream(tasks: BackgroundTasks) -> StreamingResponse:
        tasks.add_task(scene.note, "task")
        return StreamingResponse(generate())

    return scene
