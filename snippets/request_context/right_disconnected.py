import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def render(report: int) -> None:
    await asyncio.sleep(2)
    print(f"report {report} is ready")


@app.post("/reports/{report}", status_code=202)
async def order_report(report: int, tasks: BackgroundTasks) -> None:
    tasks.add_task(render, report)
