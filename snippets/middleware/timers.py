import asyncio
import time
from contextlib import contextmanager

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


@contextmanager
def timer(name):
    began = time.monotonic()
    yield
    print(f"{name}: {time.monotonic() - began:g} s")


# --8<-- [start:timers]
class ASGITimer:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        with timer("ASGI middleware"):
            await self.app(scope, receive, send)


app.add_middleware(ASGITimer)


@app.middleware("http")
async def http_timer(request, call_next):
    with timer("http middleware"):
        return await call_next(request)
    # --8<-- [end:timers]


@app.post("/imports/{name}")
async def start_import(name: str, tasks: BackgroundTasks) -> None:
    tasks.add_task(asyncio.sleep, 10)
    await asyncio.sleep(1)
