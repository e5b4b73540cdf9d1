import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter, to_thread
from anyio.to_thread import current_default_thread_limiter
from fastapi import BackgroundTasks, FastAPI


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = 2
    yield


app = FastAPI(lifespan=lifespan)
mail_threads = CapacityLimiter(2)


def smtp_send(email: str) -> None:
    time.sleep(3)


async def send_email(email: str) -> None:
    await to_thread.run_sync(smtp_send, email, limiter=mail_threads)


@app.post("/signup")
async def signup(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_email, email)
    return {"message": "welcome"}


@app.get("/price")
def price() -> int:
    return 42
