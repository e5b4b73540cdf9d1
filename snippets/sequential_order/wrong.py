import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def send_email() -> None:
    await asyncio.sleep(5)


async def send_sms() -> None:
    await asyncio.sleep(3)


async def send_push() -> None:
    await asyncio.sleep(2)


@app.post("/send-notifications")
async def send_notifications(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_email)
    tasks.add_task(send_sms)
    tasks.add_task(send_push)
    return {"message": "notifications queued"}
