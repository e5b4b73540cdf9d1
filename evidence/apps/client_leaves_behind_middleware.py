"""What snippets/request_context/client_leaves.py does, behind a middleware."""

import asyncio

from fastapi import BackgroundTasks, FastAPI, Request

app = FastAPI()


@app.middleware("http")
async def pass_on(request: Request, call_next):
    return await call_next(request)


async def cook() -> None:
    await asyncio.sleep(4)
    print("the dish is ready", flush=True)


@app.post("/orders")
async def order(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(cook)
    await asyncio.sleep(2)
    return {"status": "confirmed"}
