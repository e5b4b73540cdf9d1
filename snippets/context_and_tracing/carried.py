import asyncio
from contextvars import ContextVar, copy_context
from typing import Annotated

from fastapi import BackgroundTasks, FastAPI, Header
from starlette.background import BackgroundTask

app = FastAPI()
user: ContextVar[str] = ContextVar("user", default="-")


# --8<-- [start:carry]
def carry(function, *args):
    context, task = copy_context(), BackgroundTask(function, *args)

    async def carried():
        await asyncio.create_task(task(), context=context)

    return carried


async def render(report: int) -> None:
    await asyncio.sleep(1)
    print(f"[{user.get()}] report {report} is rendered")


@app.post("/reports/{report}")
def order(report: int, x_user: Annotated[str, Header()], tasks: BackgroundTasks) -> None:
    user.set(x_user)
    tasks.add_task(render, report)
    tasks.add_task(carry(render, report))
    # --8<-- [end:carry]
