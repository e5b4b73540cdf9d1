import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


# --8<-- [start:train_ml_model]
def train_ml_model() -> None:
    time.sleep(3600)


# --8<-- [end:train_ml_model]


@app.post("/train-model")
def train_model(background_tasks: BackgroundTasks) -> dict[str, str]:
    background_tasks.add_task(train_ml_model)
    return {"message": "training has started"}


@app.get("/ping")
async def ping() -> str:
    return "pong"
