"""Two tasks that a shutdown cuts off, each with one of the page's decorators."""

import asyncio
import runpy
from pathlib import Path

from fastapi import BackgroundTasks, FastAPI

SNIPPETS = Path(__file__).resolve().parents[2] / "snippets" / "failure_visibility"
app = FastAPI()


def decorator(variant: str):
    content = runpy.run_path(str(SNIPPETS / f"{variant}.py"))
    return content["background_task_with_error_handling"]


@decorator("wrong_decorator")
async def wrongly_decorated() -> None:
    await asyncio.sleep(60)


@decorator("right_decorator")
async def rightly_decorated() -> None:
    await asyncio.sleep(60)


@app.post("/wrong")
async def wrong(tasks: BackgroundTasks) -> None:
    tasks.add_task(wrongly_decorated)


@app.post("/right")
async def right(tasks: BackgroundTasks) -> None:
    tasks.add_task(rightly_decorated)
