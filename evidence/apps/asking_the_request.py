"""An app that asks its request things, in a task or too early; it prints `what answer`."""

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import BackgroundTasks, FastAPI, Request

app = FastAPI()


async def told(what: str, ask: Callable[[], Any]) -> None:
    try:
        print(what, await asyncio.wait_for(ask(), 2), flush=True)
    except TimeoutError:
        print(what, "hangs", flush=True)
    except Exception as error:
        print(what, type(error).__name__, flush=True)


async def length(request: Request) -> str:
    return f"{len(await request.body())}_bytes"


@app.post("/unread_body")
async def unread_body(request: Request, tasks: BackgroundTasks) -> None:
    tasks.add_task(told, "unread_body", lambda: length(request))


@app.post("/read_body")
async def read_body(request: Request, tasks: BackgroundTasks) -> None:
    await request.body()
    tasks.add_task(told, "read_body", lambda: length(request))


@app.post("/gone_body_unread")
async def gone_body_unread(request: Request, tasks: BackgroundTasks) -> None:
    tasks.add_task(told, "gone_body_unread", request.is_disconnected)


@app.post("/gone_body_read")
async def gone_body_read(request: Request, tasks: BackgroundTasks) -> None:
    await request.body()
    tasks.add_task(told, "gone_body_read", request.is_disconnected)


@app.post("/body_after_asking")
async def body_after_asking(request: Request) -> None:
    await request.is_disconnected()
    await told("body_after_asking", lambda: length(request))
