"""Tasks in a pool of processes, of which one dies."""

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from multiprocessing import get_context

from fastapi import BackgroundTasks, FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    spawn = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as app.state.processes:
        yield


app = FastAPI(lifespan=lifespan)


async def in_process() -> None:
    await asyncio.get_running_loop().run_in_executor(app.state.processes, sum, range(10))


async def process_that_dies() -> None:
    await asyncio.get_running_loop().run_in_executor(app.state.processes, os._exit, 1)


@app.post("/process")
async def process(tasks: BackgroundTasks) -> None:
    tasks.add_task(in_process)


@app.post("/process-that-dies")
async def dies(tasks: BackgroundTasks) -> None:
    tasks.add_task(process_that_dies)
