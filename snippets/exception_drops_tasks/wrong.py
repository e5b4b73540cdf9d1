import asyncio
from typing import Any

from fastapi import BackgroundTasks, FastAPI, HTTPException

app = FastAPI()
balance = {"ann": 100}


async def record_refusal(name: str, amount: int) -> None:
    await asyncio.sleep(1)
    print(f"refused: {name}, {amount}")


@app.post("/withdraw")
async def withdraw(name: str, amount: int, tasks: BackgroundTasks) -> Any:
    if balance[name] < amount:
        tasks.add_task(record_refusal, name, amount)
        raise HTTPException(409, "not enough money")
    balance[name] -= amount
    return {"balance": balance[name]}
