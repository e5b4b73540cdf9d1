import asyncio
import logging

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
logger = logging.getLogger(__name__)


async def send_email(address: str) -> None:
    print(f"sending to {address}")
    try:
        await asyncio.sleep(2)
        raise TimeoutError("mail server did not answer")
    except Exception:
        logger.exception("email to %s not sent", address)


@app.post("/register")
async def register(email: str, tasks: BackgroundTasks) -> str:
    tasks.add_task(send_email, email)
    return "registered"


@app.post("/order")
async def order() -> str:
    await asyncio.sleep(2)
    print("order placed")
    return "ordered"
