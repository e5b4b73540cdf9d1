import asyncio
import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def send_email() -> None:
    time.sleep(5)


async def send_sms() -> None:
    time.sleep(3)


# --8<-- [start:send_all]
async def send_push() -> None:
    time.sleep(2)


async def send_all() -> None:
    await asyncio.gather(send_email(), send_sms(), send_push())


# --8<-- [end:send_all]


@app.post("/send-notifications")
async def send_notifications(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_all)
    return {"message": "notifications queued"}


@app.get("/ping")
async def ping() -> str:
    return "pong"
