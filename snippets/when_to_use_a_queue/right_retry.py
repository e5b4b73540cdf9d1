import itertools

from celery import Celery
from fastapi import FastAPI

app = FastAPI()
celery_app = Celery("tasks", broker="redis://localhost:6379")
attempts = itertools.count(1)


# --8<-- [start:send_receipt]
@celery_app.task(
    autoretry_for=(ConnectionError,), retry_backoff=1, retry_jitter=False, max_retries=5
)
def send_receipt(order: int) -> None:
    attempt = next(attempts)
    print(f"receipt {order}: attempt {attempt}")
    if attempt < 3:
        raise ConnectionError("mail server is down")
    print(f"receipt {order}: sent")


# --8<-- [end:send_receipt]


@app.post("/pay")
def pay() -> dict[str, str]:
    send_receipt.delay(7)
    return {"status": "paid"}
