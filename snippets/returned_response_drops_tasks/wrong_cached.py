import asyncio

from fastapi import BackgroundTasks, Depends, FastAPI, Response

app = FastAPI()


async def write_audit(name: str) -> None:
    await asyncio.sleep(1)
    print(f"downloaded by {name}")


async def audit(name: str, tasks: BackgroundTasks) -> None:
    tasks.add_task(write_audit, name)


# --8<-- [start:report]
REPORT = Response("the report")


@app.get("/report", dependencies=[Depends(audit)])
async def report() -> Response:
    # --8<-- [end:report]
    return REPORT
