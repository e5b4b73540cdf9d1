import itertools

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
attempts = itertools.count(1)


# --8<-- [start:send_receipt]
def send_receipt(order: int) -> None:
    attempt = next(attempts)
    print(f"receipt {order}: attempt {attempt}")
    if attempt < 3:
        raise ConnectionError("mail server is down")
    print(f"receipt {order}: sent")


# --8<-- [end:send_receipt]


@app.post("/pay")
def pay(background_tasks: BackgroundTasks) -> dict[str, str]:
    background_tasks.add_task(send_receipt, 7)
    return {"status": "paid"}
