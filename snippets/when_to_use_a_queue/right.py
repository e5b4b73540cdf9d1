import time

from celery import Celery
from fastapi import FastAPI

app = FastAPI()
celery_app = Celery("tasks", broker="redis://localhost:6379")
celery_app.conf.update(
    task_acks_late=True,  # (1)!
    task_reject_on_worker_lost=True,  # (2)!
    worker_prefetch_multiplier=1,  # (3)!
    broker_transport_options={
        "visibility_timeout": 8,  # (4)!
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,  # (5)!
    },
)


@celery_app.task
def train_ml_model(name: str) -> None:
    print(f"{name}: training")
    time.sleep(3)
    print(f"{name}: trained")


@app.post("/train-model")
def train_model() -> dict[str, str]:
    train_ml_model.delay("churn")
    return {"message": "training has started"}
