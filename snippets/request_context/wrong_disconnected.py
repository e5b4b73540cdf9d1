import asyncio

from fastapi import BackgroundTasks, FastAPI, Request

app = FastAPI()


# --8<-- [start:render]
async def render(report: int, request: Request) -> None:
    if await request.is_disconnected():
        return
    await asyncio.sleep(2)
    print(f"report {report} is ready")


# --8<-- [end:render]
@app.post("/reports/{report}", status_code=202)
async def order_report(report: int, request: Request, tasks: BackgroundTasks) -> None:
    tasks.add_task(render, report, request)
