import asyncio
import logging
import time
from typing import Any

from fastapi import BackgroundTasks, FastAPI
from starlette.background import BackgroundTask

app = FastAPI()
logger = logging.getLogger(__name__)


async def mail_receipt(order: int) -> None:
    await asyncio.sleep(1)
    raise ConnectionError("the mail server is down")


async def tell_kitchen(order: int) -> None:
    await asyncio.sleep(1)


def add_points(order: int) -> None:
    time.sleep(1)


# --8<-- [start:attempt]
async def attempt(job: Any, *args: Any, **kwargs: Any) -> None:
    try:
        await BackgroundTask(job, *args, **kwargs)()
    except Exception:
        logger.exception("%s%r failed", getattr(job, "__name__", job), args)


@app.post("/orders/{order}")
async def place(order: int, tasks: BackgroundTasks) -> dict[str, int]:
    for job in (mail_receipt, tell_kitchen, add_points):
        tasks.add_task(attempt, job, order)
    # --8<-- [end:attempt]
    return {"accepted": order}
