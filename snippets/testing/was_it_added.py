import asyncio
from typing import Any

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def reserve(order: int) -> None:
    await asyncio.sleep(2)


@app.post("/orders/{order}")
async def place(order: int, tasks: BackgroundTasks) -> dict[str, int]:
    tasks.add_task(reserve, order)
    return {"accepted": order}


# --8<-- [start:test]
@app.post("/run-the-test")
async def test_the_task_is_added() -> dict[str, Any]:
    tasks = BackgroundTasks()
    await place(7, tasks)
    [task] = tasks.tasks
    return {"function": task.func.__name__, "args": task.args}
    # --8<-- [end:test]
