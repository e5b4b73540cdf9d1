import asyncio
import logging
from typing import Any

from fastapi import BackgroundTasks, FastAPI
from starlette.background import BackgroundTask

app = FastAPI()
logger = logging.getLogger(__name__)


async def mail_receipt(order: int) -> None:
    await asyncio.sleep(3600)


async def tell_kitchen(order: int) -> None:
    await asyncio.sleep(1)


# --8<-- [start:attempt]
async def attempt(job: Any, *args: Any, **kwargs: Any) -> None:
    try:
        async with asyncio.timeout(10):
            await BackgroundTask(job, *args, **kwargs)()
    except Exception:
        logger.exception("%s%r failed", getattr(job, "__name__", job), args)


# --8<-- [end:attempt]
@app.post("/orders/{order}")
async def place(order: int, tasks: BackgroundTasks) -> dict[str, int]:
    for job in (mail_receipt, tell_kitchen):
        tasks.add_task(attempt, job, order)
    return {"accepted": order}
