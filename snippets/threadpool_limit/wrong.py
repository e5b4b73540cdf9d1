import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import BackgroundTasks, FastAPI


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = 2  # (1)!
    yield


app = FastAPI(lifespan=lifespan)


def smtp_send(email: str) -> None:
    time.sleep(3)


@app.post("/signup")
async def signup(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(smtp_send, email)
    return {"message": "welcome"}


@app.get("/price")
def price() -> int:
    return 42
