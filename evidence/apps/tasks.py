"""Tasks of each kind, and endpoints beside them; what happens is marked on standard output."""

import asyncio
import ctypes
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


def compute(name: str, seconds: float) -> None:
    mark(f"started {name}")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))
    mark(f"finished {name}")


def hold_the_gil(name: str, seconds: float) -> None:
    """As a regular expression or a large json.dumps does: one call that lets no thread run."""
    mark(f"started {name}")
    ctypes.PyDLL(None).usleep(int(seconds * 1_000_000))
    mark(f"finished {name}")


async def sleep_on_the_loop(name: str, seconds: float) -> None:
    sleep(name, seconds)


async def compute_on_the_loop(name: str, seconds: float) -> None:
    compute(name, seconds)


WORK = {
    "async": wait,
    "def": sleep,
    "def-cpu": compute,
    "def-gil": hold_the_gil,
    "blocking": sleep_on_the_loop,
    "blocking-cpu": compute_on_the_loop,
}


@app.post("/created")
async def created_task(seconds: float) -> None:
    created = asyncio.create_task(wait("created", seconds))
    kept.add(created)


@app.post("/response")
async def response(seconds: float, tasks: BackgroundTasks) -> StreamingResponse:
    async def parts() -> AsyncIterator[str]:
        mark("started response")
        for _ in range(4):
            yield "part\n"
            await asyncio.sleep(seconds / 4)

    tasks.add_task(wait, "after", 0.5)
    return StreamingResponse(parts())


@app.post("/slow/{kind}")
async def slow(kind: str, seconds: float, tasks: BackgroundTasks) -> None:
    tasks.add_task(WORK[kind], kind, seconds)
    mark("started slow")
    await asyncio.sleep(seconds)


@app.post("/{kind}")
async def task(kind: str, seconds: float, tasks: BackgroundTasks) -> None:
    tasks.add_task(WORK[kind], kind, seconds)
    tasks.add_task(wait, "second", 0.5)


@app.get("/ping")
async def ping() -> None:
    pass


@app.get("/ping-in-def")
def ping_in_def() -> None:
    pass
