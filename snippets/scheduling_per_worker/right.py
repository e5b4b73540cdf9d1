import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

db = sqlite3.connect("schedule.db", isolation_level=None)  # (1)!
db.execute("CREATE TABLE IF NOT EXISTS runs (job TEXT, slot INTEGER, UNIQUE (job, slot))")


def is_mine(job: str) -> bool:
    run = (job, int(time.time() // 600))
    return db.execute("INSERT OR IGNORE INTO runs VALUES (?, ?)", run).rowcount == 1  # (2)!


async def send_report() -> None:
    print("report sent")


async def every_ten_minutes() -> None:
    while True:
        await asyncio.sleep(600 - time.time() % 600)
        if is_mine("report"):
            await send_report()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    schedule = asyncio.create_task(every_ten_minutes())
    yield
    schedule.cancel()


app = FastAPI(lifespan=lifespan)


@app.get("/ping")
async def ping() -> None: ...
