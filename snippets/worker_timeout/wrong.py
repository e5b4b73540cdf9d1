import asyncio
import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def build_report(name: str) -> None:
    print(f"{name}: started")
    time.sleep(7)
    print(f"{name}: done")


@app.post("/reports")
async def create_report(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(build_report, "sales")
    return {"message": "your report is being built"}


@app.get("/export")
async def export() -> str:
    await asyncio.sleep(5)
    return "id,name"
