import asyncio
import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def mail_receipt(order: int) -> None:
    await asyncio.sleep(1)
    raise ConnectionError("the mail server is down")


async def tell_kitchen(order: int) -> None:
    await asyncio.sleep(1)


def add_points(order: int) -> None:
    time.sleep(1)


@app.post("/orders/{order}")
async def place(order: int, tasks: BackgroundTasks) -> dict[str, int]:
    tasks.add_task(mail_receipt, order)
    tasks.add_task(tell_kitchen, order)
    tasks.add_task(add_points, order)
    return {"accepted": order}
