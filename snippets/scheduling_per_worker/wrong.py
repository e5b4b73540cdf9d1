import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


async def send_report() -> None:
    print("report sent")


async def every_ten_minutes() -> None:
    while True:
        await asyncio.sleep(600 - time.time() % 600)
        await send_report()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    schedule = asyncio.create_task(every_ten_minutes())
    yield
    schedule.cancel()


app = FastAPI(lifespan=lifespan)


@app.get("/ping")
async def ping() -> None: ...
