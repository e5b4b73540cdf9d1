import asyncio
import logging
from contextvars import ContextVar
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, Header

app = FastAPI()
logger = logging.getLogger(__name__)
request_id: ContextVar[str] = ContextVar("request_id", default="-")


# --8<-- [start:remember]
def remember(x_request_id: Annotated[str, Header()]) -> None:
    request_id.set(x_request_id)


async def send_receipt(order: int) -> None:
    await asyncio.sleep(1)
    logger.error("[%s] receipt for order %s was not sent", request_id.get(), order)


# --8<-- [end:remember]
@app.post("/orders/{order}/pay", dependencies=[Depends(remember)])
async def pay(order: int, tasks: BackgroundTasks) -> dict[str, int]:
    tasks.add_task(send_receipt, order)
    return {"paid": order}
