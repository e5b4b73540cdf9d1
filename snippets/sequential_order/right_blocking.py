import asyncio
import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


def send_email() -> None:
    time.sleep(5)


def send_sms() -> None:
    time.sleep(3)


# --8<-- [start:send_all]
def send_push() -> None:
    time.sleep(2)


async def send_all() -> None:
    senders = (send_email, send_sms, send_push)
    await asyncio.gather(*(asyncio.to_thread(sender) for sender in senders))


# --8<-- [end:send_all]


@app.post("/send-notifications")
async def send_notifications(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_all)
    return {"message": "notifications queued"}


@app.get("/ping")
async def ping() -> str:
    return "pong"
