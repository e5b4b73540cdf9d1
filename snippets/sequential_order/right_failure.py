import asyncio
import logging

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
logger = logging.getLogger(__name__)


async def send_email() -> None:
    await asyncio.sleep(5)


async def send_sms() -> None:
    await asyncio.sleep(3)


async def send_push() -> None:
    await asyncio.sleep(2)
    raise ConnectionError("push gateway is down")


# --8<-- [start:send_all]
async def send_all() -> None:
    senders = (send_email(), send_sms(), send_push())
    for result in await asyncio.gather(*senders, return_exceptions=True):
        if isinstance(result, BaseException):
            logger.error("not sent", exc_info=result)
    print("all tried")


# --8<-- [end:send_all]


@app.post("/send-notifications")
async def send_notifications(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_all)
    return {"message": "notifications queued"}
