"""asyncio.create_task: the web process itself does the work, beside the response."""

import asyncio
import time

from fastapi import FastAPI
from work import async_work, begin, mark

app = FastAPI()
running: set[asyncio.Task[None]] = set()


async def fail(name: str) -> None:
    """Raise an error."""
    begin(name)
    raise ValueError(name)


@app.post("/enqueue")
async def enqueue(kind: str, name: str, seconds: float) -> float:
    """Start a task; the milliseconds that the call took."""
    mark("calls", "enqueue")
    began = time.perf_counter()
    work = fail(name) if kind == "failing" else async_work(name, seconds)
    task = asyncio.create_task(work)
    running.add(task)
    task.add_done_callback(running.discard)
    return (time.perf_counter() - began) * 1000


@app.get("/ping")
async def ping() -> None:
    """Answer at once, if the event loop is free."""
