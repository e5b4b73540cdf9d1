"""`send.py KIND NAME SECONDS COUNT` queues jobs with the task file that TASKS names."""

import asyncio
import importlib
import inspect
import os
import sys

from work import mark

tasks = importlib.import_module(os.environ["TASKS"])


async def main(kind: str, name: str, seconds: str, count: str) -> None:
    """Queue the jobs one after another."""
    for _ in range(int(count)):
        mark("asks", name)
        queued = tasks.enqueue(kind, name, float(seconds))
        if inspect.isawaitable(queued):
            await queued
    print("queued", flush=True)


asyncio.run(main(*sys.argv[1:5]))
