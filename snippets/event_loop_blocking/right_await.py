import asyncio
import time

from fastapi import BackgroundTasks, FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


# --8<-- [start:send_email]
async def render(email: str) -> str:
    await asyncio.sleep(1)
    return f"Welcome, {email}"


def smtp_send(message: str) -> None:
    time.sleep(3)


async def send_email(email: str) -> None:
    message = await render(email)
    await run_in_threadpool(smtp_send, message)


# --8<-- [end:send_email]


@app.post("/signup")
async def signup(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_email, email)
    return {"message": "welcome"}


@app.get("/ping")
async def ping() -> str:
    return "pong"
