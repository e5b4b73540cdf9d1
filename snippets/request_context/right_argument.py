import asyncio
import logging
from typing import Annotated

from fastapi import BackgroundTasks, FastAPI, Header

app = FastAPI()
logger = logging.getLogger(__name__)


# --8<-- [start:pay]
async def send_receipt(order: int, request_id: str) -> None:
    await asyncio.sleep(1)
    logger.error("[%s] receipt for order %s was not sent", request_id, order)


@app.post("/orders/{order}/pay")
def pay(
    order: int, x_request_id: Annotated[str, Header()], tasks: BackgroundTasks
) -> dict[str, int]:
    tasks.add_task(send_receipt, order, x_request_id)
    # --8<-- [end:pay]
    return {"paid": order}
