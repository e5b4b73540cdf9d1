import asyncio
from contextlib import contextmanager

from fastapi import BackgroundTasks, Depends, FastAPI

api = FastAPI()


@contextmanager
def watching(who):
    try:
        yield
    except TimeoutError:
        print(f"{who} sees it")
        raise


# --8<-- [start:watching]
async def app(scope, receive, send):
    with watching("ASGI middleware"):
        await api(scope, receive, send)


@api.middleware("http")
async def middleware(request, call_next):
    with watching("http middleware"):
        return await call_next(request)


async def dependency():
    with watching("yield dependency"):
        yield


# --8<-- [end:watching]


async def send_email():
    await asyncio.wait_for(asyncio.sleep(60), timeout=3)


@api.post("/register", status_code=204, dependencies=[Depends(dependency)])
async def register(tasks: BackgroundTasks):
    tasks.add_task(send_email)
