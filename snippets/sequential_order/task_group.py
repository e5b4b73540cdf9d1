import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def send_email() -> None:
    await asyncio.sleep(5)


async def send_sms() -> None:
    await asyncio.sleep(3)


async def send_push() -> None:
    await asyncio.sleep(2)
    raise ConnectionError("push gateway is down")


# --8<-- [start:send_all]
async def send_all() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(send_email())
        group.create_task(send_sms())
        group.create_task(send_push())
    print("all sent")


# --8<-- [end:send_all]


@app.post("/send-notifications")
async def send_notifications(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_all)
    return {"message": "notifications queued"}
