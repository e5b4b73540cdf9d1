"""BackgroundTasks: the web process itself does the work, after the response."""

import time

from fastapi import BackgroundTasks, FastAPI
from work import async_work, begin, mark

app = FastAPI()


async def fail(name: str) -> None:
    """Raise an error."""
    begin(name)
    raise ValueError(name)


@app.post("/enqueue")
async def enqueue(kind: str, name: str, seconds: float, tasks: BackgroundTasks) -> float:
    """Add a task; the milliseconds that the call took."""
    mark("calls", "enqueue")
    began = time.perf_counter()
    if kind == "failing":
        tasks.add_task(fail, name)
    else:
        tasks.add_task(async_work, name, seconds)
    return (time.perf_counter() - began) * 1000


@app.get("/ping")
async def ping() -> None:
    """Answer at once, if the event loop is free."""
