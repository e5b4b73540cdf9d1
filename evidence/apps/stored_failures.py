"""The pattern "failed-task-store", with a task that fails as often as it is told to.

Each start leaves the id of its process in a file, since several processes serve one app.
"""

import asyncio
import importlib
import os
import sys
from pathlib import Path

from fastapi import BackgroundTasks

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "snippets" / "failed_task_store"))
pattern = importlib.import_module("app")
app = pattern.app


@pattern.retried
async def work(name: str, seconds: float, failures: int) -> None:
    with Path(f"starts-{name}").open("a") as starts:
        starts.write(f"{os.getpid()}\n")
    await asyncio.sleep(seconds)
    if len(Path(f"starts-{name}").read_text().split()) <= failures:
        raise ConnectionError("not delivered")
    Path(f"finished-{name}").touch()


@app.post("/do/{name}")
async def start(name: str, seconds: float, failures: int, tasks: BackgroundTasks) -> None:
    pattern.add(tasks, work, name=name, seconds=seconds, failures=failures)
