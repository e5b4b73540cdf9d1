import asyncio
from contextvars import ContextVar
from typing import Any

from fastapi import BackgroundTasks, FastAPI, Request, Response

app = FastAPI()
request_id: ContextVar[str] = ContextVar("request_id", default="-")


# --8<-- [start:remember]
@app.middleware("http")
async def remember(request: Request, call_next: Any) -> Response:
    token = request_id.set(request.headers["x-request-id"])
    try:
        response: Response = await call_next(request)
    finally:
        request_id.reset(token)
        print(f"[{request_id.get()}] the middleware has reset it")
    return response


# --8<-- [end:remember]
async def send_receipt(order: int) -> None:
    await asyncio.sleep(1)
    print(f"[{request_id.get()}] receipt for order {order} is out")


@app.post("/orders/{order}/pay")
async def pay(order: int, tasks: BackgroundTasks) -> dict[str, int]:
    tasks.add_task(send_receipt, order)
    return {"paid": order}
