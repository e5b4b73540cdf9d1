"""A streamed response behind a middleware of Starlette's kind, and a task of two seconds."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import BackgroundTasks, FastAPI, Request
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.middleware("http")
async def passing_on(request: Request, call_next):
    return await call_next(request)


async def chunks() -> AsyncIterator[str]:
    yield "a"
    yield "b"


@app.get("/stream")
async def stream(tasks: BackgroundTasks) -> StreamingResponse:
    tasks.add_task(asyncio.sleep, 2)
    return StreamingResponse(chunks(), background=tasks)
