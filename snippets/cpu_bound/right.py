import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from multiprocessing import get_context

from fastapi import BackgroundTasks, FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    spawn = get_context("spawn")  # (1)!
    with ProcessPoolExecutor(1, mp_context=spawn) as app.state.processes:  # (2)!
        yield


app = FastAPI(lifespan=lifespan)


def add_up(rows: int) -> int:
    return sum(range(rows))


async def build_report(rows: int) -> None:
    print("report: started")
    loop = asyncio.get_running_loop()
    total = await loop.run_in_executor(app.state.processes, add_up, rows)
    print(f"report: {total}")


@app.post("/reports")
async def create_report(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(build_report, 200_000_000)
    return {"message": "your report is being built"}


@app.get("/ping")
async def ping() -> str:
    return "pong"
