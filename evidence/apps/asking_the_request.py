"""An app that asks its request things, in a task or too early; it prints `path answer`.

Under /behind_middleware there is the same once more, behind a BaseHTTPMiddleware.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, BackgroundTasks, FastAPI, Request

router = APIRouter()


async def answer(request: Request, ask: Callable[[], Any]) -> None:
    path = request.url.path
    try:
        print(path, await asyncio.wait_for(ask(), 2), flush=True)
    except TimeoutError:
        print(path, "hangs", flush=True)
    except Exception as error:
        print(path, type(error).__name__, flush=True)


async def length(request: Request) -> str:
    return f"{len(await request.body())}_bytes"


@router.post("/unread_body")
async def unread_body(request: Request, tasks: BackgroundTasks) -> None:
    tasks.add_task(answer, request, lambda: length(request))


@router.post("/read_body")
async def read_body(request: Request, tasks: BackgroundTasks) -> None:
    await request.body()
    tasks.add_task(answer, request, lambda: length(request))


@router.post("/says_gone_body_unread")
async def says_gone_body_unread(request: Request, tasks: BackgroundTasks) -> None:
    tasks.add_task(answer, request, request.is_disconnected)


@router.post("/says_gone_body_read")
async def says_gone_body_read(request: Request, tasks: BackgroundTasks) -> None:
    await request.body()
    tasks.add_task(answer, request, request.is_disconnected)


@router.post("/body_after_asking")
async def body_after_asking(request: Request) -> None:
    await request.is_disconnected()
    await answer(request, lambda: length(request))


behind = FastAPI()
behind.include_router(router)


@behind.middleware("http")
async def pass_on(request: Request, call_next):
    return await call_next(request)


app = FastAPI()
app.include_router(router)
app.mount("/behind_middleware", behind)
