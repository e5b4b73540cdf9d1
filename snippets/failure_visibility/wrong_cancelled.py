import asyncio
import logging

from fastapi import BackgroundTasks, FastAPI
from starlette.types import Receive, Scope, Send

api = FastAPI()
logger = logging.getLogger(__name__)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    async with asyncio.timeout(5 if scope["type"] == "http" else None):
        await api(scope, receive, send)


# --8<-- [start:send_newsletter]
async def send_newsletter() -> None:
    try:
        await asyncio.sleep(60)
    except Exception:
        logger.exception("the newsletter is only half sent")


# --8<-- [end:send_newsletter]


@api.post("/newsletter")
async def newsletter(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_newsletter)
    return {"status": "ok"}
