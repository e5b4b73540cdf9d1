import asyncio

from fastapi import BackgroundTasks, Depends, FastAPI, Response
from starlette.background import BackgroundTask

app = FastAPI()


async def write_audit(name: str) -> None:
    await asyncio.sleep(1)
    print(f"downloaded by {name}")


async def delete_copy() -> None:
    await asyncio.sleep(1)


async def audit(name: str, tasks: BackgroundTasks) -> None:
    tasks.add_task(write_audit, name)


@app.get("/report", dependencies=[Depends(audit)])
async def report() -> Response:
    return Response("the report", background=BackgroundTask(delete_copy))
