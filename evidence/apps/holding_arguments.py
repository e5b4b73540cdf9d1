"""An app whose tasks wait until they are released, with an upload as their argument or without."""

import asyncio

from fastapi import BackgroundTasks, FastAPI, Request

app = FastAPI()
released = asyncio.Event()
waiting: list[None] = []


async def wait(_: object) -> None:
    """Wait until somebody posts to /release."""
    waiting.append(None)
    await released.wait()
    waiting.pop()


@app.post("/passed")
async def passed(request: Request, tasks: BackgroundTasks) -> None:
    """Give the body to a task."""
    tasks.add_task(wait, await request.body())


@app.post("/read-and-not-passed")
async def read_and_not_passed(request: Request, tasks: BackgroundTasks) -> None:
    """Read the body, and give a task no more than its length."""
    tasks.add_task(wait, len(await request.body()))


@app.post("/release")
async def release() -> None:
    """Let the tasks that wait go on, and later ones wait again."""
    released.set()
    await asyncio.sleep(0)
    released.clear()


@app.get("/waiting")
async def count() -> int:
    """How many tasks wait."""
    return len(waiting)
