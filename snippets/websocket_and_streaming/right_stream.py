import asyncio
import logging
from collections.abc import AsyncIterator

from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


async def save_usage() -> None:
    await asyncio.sleep(1)


# --8<-- [start:answer]
async def answer() -> AsyncIterator[str]:
    try:
        yield "Once upon"
        await asyncio.sleep(1)
        raise ConnectionError("model server is gone")
    except ConnectionError:
        logging.exception("completion broke off")
        yield "\n[broken off]"


# --8<-- [end:answer]


@app.get("/completion")
async def completion(tasks: BackgroundTasks) -> StreamingResponse:
    tasks.add_task(save_usage)
    return StreamingResponse(answer(), media_type="text/plain")
