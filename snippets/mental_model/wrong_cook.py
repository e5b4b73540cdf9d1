import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def cook(dish: str) -> None:
    time.sleep(4)


@app.post("/orders")
async def order(dish: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(cook, dish)
    return {"confirmed": dish}


@app.get("/menu")
async def menu() -> list[str]:
    return ["noodles", "soup"]
