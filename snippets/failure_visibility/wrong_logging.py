import asyncio
import logging

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
logger = logging.getLogger(__name__)


async def send_email(email: str) -> None:
    async with asyncio.timeout(3):
        await asyncio.sleep(60)


# --8<-- [start:send_email_safe]
async def send_email_safe(email: str) -> None:
    try:
        await send_email(email)
    except Exception as error:
        logger.error(f"email to {email} not sent: {error}")


@app.post("/register")
async def register(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_email_safe, email)
    # --8<-- [end:send_email_safe]
    return {"status": "ok"}
