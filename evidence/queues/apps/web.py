"""A FastAPI app with background tasks that mark in a file when they start and end."""

import asyncio
import time

from fastapi import BackgroundTasks, FastAPI
from jobs import job, mark

app = FastAPI()


async def wait(name: str, seconds: float) -> None:
    """A task that waits, and says so if it is cancelled."""
    mark("started", name)
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        mark("cancelled", name)
        raise
    mark("finished", name)


def sleep(name: str, seconds: float) -> None:
    """A task that occupies a thread."""
    mark("started", name)
    time.sleep(seconds)
    mark("finished", name)


@app.post("/async-task")
async def async_task(name: str, seconds: float, tasks: BackgroundTasks) -> None:
    """Answer, then wait."""
    tasks.add_task(wait, name, seconds)


@app.post("/def-task")
async def def_task(name: str, seconds: float, tasks: BackgroundTasks) -> None:
    """Answer, then occupy a thread."""
    tasks.add_task(sleep, name, seconds)


@app.post("/delay-in-async-def")
async def delay_in_async_def() -> None:
    """Hand a job to Celery from a coroutine."""
    mark("calls", "delay")
    job.delay("job", 0)


@app.post("/delay-in-def")
def delay_in_def() -> None:
    """Hand a job to Celery from a thread."""
    mark("calls", "delay")
    job.delay("job", 0)


@app.get("/ping")
async def ping() -> None:
    """Answer at once, if the event loop is free."""


@app.get("/ping-in-def")
def ping_in_def() -> None:
    """Answer at once, if a thread is free."""
