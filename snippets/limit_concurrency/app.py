import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator

from anyio import CapacityLimiter, to_thread
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException

PLACES = int(os.environ.get("PLACES", "4"))
DOWNLOADS = int(os.environ.get("DOWNLOADS", "3"))
THREADS = int(os.environ.get("THREADS", "2"))
DOWNLOAD_TIMEOUT_S = float(os.environ.get("DOWNLOAD_TIMEOUT_S", "10"))
RETRY_AFTER_S = int(os.environ.get("RETRY_AFTER_S", "3"))
logger = logging.getLogger(__name__)
app = FastAPI()


class Limits:
    def __init__(self) -> None:
        self.taken = 0
        self.downloads = asyncio.Semaphore(DOWNLOADS)
        self.threads = CapacityLimiter(THREADS)


limits = Limits()


async def download(photo: int) -> bytes:
    await asyncio.sleep(1)
    return b"a photo"


def resize(photo: int, data: bytes) -> None:
    time.sleep(2)


async def make_thumbnail(photo: int) -> None:
    try:
        async with limits.downloads, asyncio.timeout(DOWNLOAD_TIMEOUT_S):
            data = await download(photo)
        await to_thread.run_sync(resize, photo, data, limiter=limits.threads)
    except Exception:
        logger.exception("photo %d: no thumbnail", photo)


async def a_place() -> AsyncIterator[None]:
    if limits.taken >= PLACES:
        later = {"Retry-After": str(RETRY_AFTER_S)}
        raise HTTPException(503, "too many photos, try again later", later)
    limits.taken += 1
    try:
        yield
    finally:
        limits.taken -= 1


@app.post("/photos/{photo}", status_code=202, dependencies=[Depends(a_place)])
async def accept(photo: int, tasks: BackgroundTasks) -> dict[str, int]:
    if photo < 1:
        raise HTTPException(404, "no such photo")
    tasks.add_task(make_thumbnail, photo)
    return {"accepted": photo}


@app.get("/load")
async def load() -> dict[str, int]:
    threads = limits.threads.statistics()
    return {
        "places_taken": limits.taken,
        "threads_taken": threads.borrowed_tokens,
        "waiting_for_a_thread": threads.tasks_waiting,
    }


@app.get("/price")
def price() -> int:
    return 42
