import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


async def send_report() -> None:
    print("report sent")


async def on_the_hour() -> None:
    while True:
        await asyncio.sleep(3600 - time.time() % 3600)
        await send_report()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    schedule = asyncio.create_task(on_the_hour())
    yield
    schedule.cancel()


app = FastAPI(lifespan=lifespan)


@app.get("/ping")
async def ping() -> None: ...
