"""Tasks of each kind and a slow response; what happens is marked on standard output."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import StreamingResponse


def mark(what: str) -> None:
    """Write a line at once: print would mix the lines of two processes."""
    os.write(1, f"mark: {what}\n".encode())


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    mark("lifespan started")
    yield
    mark("lifespan ended")


app = FastAPI(lifespan=lifespan)
kept: set[asyncio.Task[None]] = set()


async def wait(name: str, seconds: float) -> None:
    mark(f"started {name}")
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        mark(f"cancelled {name}")
        raise
    mark(f"finished {name}")


def sleep(name: str, seconds: float) -> None:
    mark(f"started {name}")
    time.sleep(seconds)
    mark(f"finished {name}")


@app.post("/async")
async def async_task(seconds: float, tasks: BackgroundTasks) -> None:
    tasks.add_task(wait, "async", seconds)
    tasks.add_task(wait, "second", 0.5)


@app.post("/def")
async def def_task(seconds: float, tasks: BackgroundTasks) -> None:
    tasks.add_task(sleep, "def", seconds)
    tasks.add_task(wait, "second", 0.5)


@app.post("/created")
async def created_task(seconds: float) -> None:
    created = asyncio.create_task(wait("created", seconds))
    kept.add(created)


@app.post("/response")
async def response(seconds: float) -> StreamingResponse:
    async def parts() -> AsyncIterator[str]:
        mark("started response")
        for _ in range(4):
            yield "part\n"
            await asyncio.sleep(seconds / 4)

    return StreamingResponse(parts())
