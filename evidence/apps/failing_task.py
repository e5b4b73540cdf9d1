"""A task that fails after a while, and an endpoint that takes longer."""

import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def send_email() -> None:
    await asyncio.sleep(0.5)
    raise TimeoutError("mail server did not answer")


async def send_email_safe() -> None:
    try:
        await send_email()
    except Exception as error:
        print(f"caught {error!r}", flush=True)


@app.post("/register")
async def register(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_email)
    return {"status": "ok"}


@app.post("/register-safely")
async def register_safely(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_email_safe)
    return {"status": "ok"}


@app.post("/order")
async def order() -> dict[str, str]:
    await asyncio.sleep(1)
    print("order is placed", flush=True)
    return {"status": "ordered"}
