import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def cook() -> None:
    await asyncio.sleep(4)
    print("the dish is ready")


@app.post("/orders")
async def order(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(cook)
    await asyncio.sleep(2)
    return {"status": "confirmed"}
