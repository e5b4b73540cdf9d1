import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


def train_ml_model(name: str) -> None:
    print(f"{name}: training")
    time.sleep(3)
    print(f"{name}: trained")


@app.post("/train-model")
def train_model(background_tasks: BackgroundTasks) -> dict[str, str]:
    background_tasks.add_task(train_ml_model, "churn")
    return {"message": "training has started"}
