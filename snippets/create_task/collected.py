import asyncio
import gc
from weakref import WeakValueDictionary

from fastapi import FastAPI

app = FastAPI()
waiting: WeakValueDictionary[int, asyncio.Event] = WeakValueDictionary()


async def ship_when_paid(order: int) -> None:
    waiting[order] = paid = asyncio.Event()
    await paid.wait()
    print(f"order {order}: shipped")


@app.post("/orders/{order}")
async def place(order: int) -> dict[str, str]:
    asyncio.create_task(ship_when_paid(order))
    return {"status": "placed"}


@app.post("/payments/{order}")
async def pay(order: int) -> dict[str, str]:
    if event := waiting.get(order):
        event.set()
    return {"status": "paid"}


@app.post("/collect-garbage")
async def collect_garbage() -> None:
    gc.collect()
