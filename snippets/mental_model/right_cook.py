import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


# --8<-- [start:cook]
def cook(dish: str) -> None:
    time.sleep(4)


# --8<-- [end:cook]


@app.post("/orders")
async def order(dish: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(cook, dish)
    return {"confirmed": dish}


@app.get("/menu")
async def menu() -> list[str]:
    return ["noodles", "soup"]
