"""A dependency that takes a second to end, and a task that takes two."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import BackgroundTasks, Depends, FastAPI

app = FastAPI()


async def session() -> AsyncIterator[None]:
    yield
    await asyncio.sleep(1)


async def send_mail() -> None:
    await asyncio.sleep(2)


@app.get("/")
async def endpoint(tasks: BackgroundTasks, _: None = Depends(session)) -> None:
    tasks.add_task(send_mail)
