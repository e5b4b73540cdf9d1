import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import BackgroundTasks, FastAPI

db = sqlite3.connect("outbox.db", isolation_level=None)  # (1)!
db.execute("CREATE TABLE IF NOT EXISTS outbox (receipt INTEGER PRIMARY KEY)")


async def send_receipt(order: int) -> None:
    print(f"receipt {order}: sending")
    await asyncio.sleep(4)
    print(f"receipt {order}: sent")
    db.execute("DELETE FROM outbox WHERE receipt = ?", (order,))


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    left = [order for (order,) in db.execute("SELECT receipt FROM outbox")]
    again = [asyncio.create_task(send_receipt(order)) for order in left]  # (2)!
    yield
    await asyncio.gather(*again, return_exceptions=True)


app = FastAPI(lifespan=lifespan)


@app.post("/orders/{order}")
async def place(order: int, tasks: BackgroundTasks) -> dict[str, str]:
    db.execute("INSERT INTO outbox VALUES (?)", (order,))
    tasks.add_task(send_receipt, order)
    return {"status": "placed"}
