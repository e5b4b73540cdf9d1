"""A task that fails after half a second, and an endpoint that takes a second."""

import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def send_email() -> None:
    await asyncio.sleep(0.5)
    raise TimeoutError("mail server did not answer")


@app.get("/register")
async def register(tasks: BackgroundTasks) -> None:
    tasks.add_task(send_email)


@app.api_route("/order", methods=["GET", "POST"])
async def order(who: str) -> None:
    await asyncio.sleep(1)
    print(f"order of {who} placed", flush=True)
