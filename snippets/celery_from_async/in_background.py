import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


class ReceiptTask:
    def delay(self, order_id: int) -> None:
        time.sleep(2)
        raise ConnectionError("Error 111 connecting to localhost:6379. Connection refused.")


send_receipt = ReceiptTask()


# --8<-- [start:create_order]
@app.post("/orders/{order_id}")
async def create_order(order_id: int, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_receipt.delay, order_id)
    return {"message": "a receipt will be sent"}


# --8<-- [end:create_order]


@app.get("/ping")
async def ping() -> str:
    return "pong"
