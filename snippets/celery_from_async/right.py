import time

from fastapi import FastAPI

app = FastAPI()


class ReceiptTask:
    def delay(self, order_id: int) -> None:
        time.sleep(2)


send_receipt = ReceiptTask()


@app.post("/orders/{order_id}")
def create_order(order_id: int) -> dict[str, str]:
    send_receipt.delay(order_id)
    return {"message": "a receipt will be sent"}


@app.get("/ping")
async def ping() -> str:
    return "pong"
