"""A FastAPI app that queues jobs with the task file that TASKS names, from an `async def`."""

import asyncio
import importlib
import inspect
import os
import time

from fastapi import FastAPI
from work import mark

tasks = importlib.import_module(os.environ["TASKS"])
app = FastAPI()


@app.post("/enqueue")
async def enqueue(kind: str, name: str, seconds: float) -> float:
    """Queue a job; the milliseconds that the call took. Mark whether it gave others a turn."""
    mark("calls", "enqueue")
    turns: list[bool] = []
    asyncio.get_running_loop().call_soon(turns.append, True)
    began = time.perf_counter()
    try:
        queued = tasks.enqueue(kind, name, seconds)
        if inspect.isawaitable(queued):
            await queued
    finally:
        mark("shares" if turns else "blocks", "loop")
    return (time.perf_counter() - began) * 1000


@app.get("/ping")
async def ping() -> None:
    """Answer at once, if the event loop is free."""
