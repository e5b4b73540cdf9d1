import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def cook(dish: str) -> None:
    await asyncio.sleep(4)


async def clear_table() -> None:
    await asyncio.sleep(1)


@app.post("/orders")
async def order(dish: str, tasks: BackgroundTasks) -> dict[str, str]:
    await asyncio.sleep(1)
    tasks.add_task(cook, dish)
    tasks.add_task(clear_table)
    return {"confirmed": dish}
