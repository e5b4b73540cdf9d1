import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def send_receipt(order: int) -> None:
    print(f"receipt {order}: sending")
    await asyncio.sleep(4)
    print(f"receipt {order}: sent")


@app.post("/orders/{order}")
async def place(order: int, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_receipt, order)
    return {"status": "placed"}
