"""A task that blocks the event loop, in a process that says on SIGUSR1 where it stands."""

import asyncio
import faulthandler
import os
import signal
import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
faulthandler.register(signal.SIGUSR1)


def smtp_send(seconds: float) -> None:
    os.write(1, b"mark: started smtp_send\n")
    time.sleep(seconds)


async def send_email(seconds: float) -> None:
    await asyncio.sleep(0.1)
    smtp_send(seconds)


@app.post("/signup")
async def signup(seconds: float, tasks: BackgroundTasks) -> None:
    tasks.add_task(send_email, seconds)


@app.post("/debug")
async def debug() -> None:
    asyncio.get_running_loop().set_debug(True)


@app.post("/waiting")
async def waiting(seconds: float, tasks: BackgroundTasks) -> None:
    tasks.add_task(asyncio.sleep, seconds)


@app.get("/ping")
async def ping() -> None:
    pass
