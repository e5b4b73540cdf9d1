import time

from celery import Celery
from fastapi import FastAPI

app = FastAPI()
celery_app = Celery("tasks", broker="redis://localhost:6379")  # (1)!


@celery_app.task
def train_ml_model(name: str) -> None:
    print(f"{name}: training")
    time.sleep(3)
    print(f"{name}: trained")


@app.post("/train-model")
async def train_model() -> dict[str, str]:
    train_ml_model.delay("churn")  # (2)!
    return {"message": "training has started"}
