import asyncio
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI

app = FastAPI()


async def log_visit() -> None:
    await asyncio.sleep(1)


async def mail_receipt(user: str) -> None:
    await asyncio.sleep(1)


# --8<-- [start:service]
async def current_user(tasks: BackgroundTasks) -> str:
    tasks.add_task(log_visit)
    return "ann"


class Orders:
    def __init__(self, tasks: BackgroundTasks, user: Annotated[str, Depends(current_user)]) -> None:
        self.tasks = tasks
        self.user = user

    def place(self) -> None:
        self.tasks.add_task(mail_receipt, self.user)


@app.post("/orders")
async def create_order(orders: Annotated[Orders, Depends()]) -> None:
    orders.place()
    # --8<-- [end:service]
