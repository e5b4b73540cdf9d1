import asyncio
from typing import Any

from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import JSONResponse

app = FastAPI()
balance = {"ann": 100}


async def record_refusal(name: str, amount: int) -> None:
    await asyncio.sleep(1)
    print(f"refused: {name}, {amount}")


@app.post("/withdraw")
async def withdraw(name: str, amount: int, tasks: BackgroundTasks) -> Any:
    if balance[name] < amount:
        tasks.add_task(record_refusal, name, amount)
        return JSONResponse({"detail": "not enough money"}, 409)
    balance[name] -= amount
    return {"balance": balance[name]}
