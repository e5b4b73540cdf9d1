import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def send_email() -> None:
    await asyncio.sleep(5)


async def send_sms() -> None:
    await asyncio.sleep(3)


async def send_push() -> None:
    await asyncio.sleep(2)


async def send_all() -> None:
    await asyncio.gather(send_email(), send_sms(), send_push())


@app.post("/send-notifications")
async def send_notifications(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_all)
    return {"message": "notifications queued"}
