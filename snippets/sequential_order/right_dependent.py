import asyncio
import logging

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
logger = logging.getLogger(__name__)


async def render_invoice() -> None:
    await asyncio.sleep(2)
    raise RuntimeError("template is broken")


async def mail_invoice() -> None:
    await asyncio.sleep(1)


async def count_signup() -> None:
    await asyncio.sleep(1)


# --8<-- [start:send_invoice]
async def send_invoice() -> None:
    try:
        await render_invoice()
        await mail_invoice()
    except Exception:
        logger.exception("the invoice was not sent")


@app.post("/sign-up")
async def sign_up(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_invoice)
    tasks.add_task(count_signup)
    # --8<-- [end:send_invoice]
    return {"message": "welcome"}
