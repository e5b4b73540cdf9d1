import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def task1() -> None:
    await asyncio.sleep(1)


async def task2() -> None:
    await asyncio.sleep(2)


async def task3() -> None:
    await asyncio.sleep(3)


# --8<-- [start:multi_tasks]
@app.post("/multi-tasks")
async def multi_tasks(background_tasks: BackgroundTasks) -> dict[str, str]:
    background_tasks.add_task(task1)
    background_tasks.add_task(task2)
    background_tasks.add_task(task3)
    return {"message": "3 tasks added"}


# --8<-- [end:multi_tasks]
