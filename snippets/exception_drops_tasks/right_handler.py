import asyncio

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Request, Response
from fastapi.exception_handlers import http_exception_handler


# --8<-- [start:handler]
async def keep_tasks(request: Request, tasks: BackgroundTasks) -> None:
    request.state.tasks = tasks


app = FastAPI(dependencies=[Depends(keep_tasks)])


@app.exception_handler(HTTPException)
async def answer(request: Request, error: HTTPException) -> Response:
    response = await http_exception_handler(request, error)
    response.background = getattr(request.state, "tasks", None)
    return response


# --8<-- [end:handler]
balance = {"ann": 100}


async def record_refusal(name: str, amount: int) -> None:
    await asyncio.sleep(1)
    print(f"refused: {name}, {amount}")


@app.post("/withdraw")
async def withdraw(name: str, amount: int, tasks: BackgroundTasks) -> dict[str, int]:
    if balance[name] < amount:
        tasks.add_task(record_refusal, name, amount)
        raise HTTPException(409, "not enough money")
    balance[name] -= amount
    return {"balance": balance[name]}
