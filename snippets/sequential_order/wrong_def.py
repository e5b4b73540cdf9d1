import asyncio
import time
from typing import Any

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


def send_email() -> Any:
    time.sleep(5)
    print("email is out")


# --8<-- [start:send_all]
def send_sms() -> Any:
    time.sleep(3)
    print("sms is out")


async def send_all() -> None:
    await asyncio.gather(send_email(), send_sms())
    print("all sent")


# --8<-- [end:send_all]


@app.post("/send-notifications")
async def send_notifications(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_all)
    return {"message": "notifications queued"}


@app.get("/ping")
async def ping() -> str:
    return "pong"
