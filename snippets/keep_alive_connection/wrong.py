import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def send_email(address: str) -> None:
    print(f"sending to {address}")
    await asyncio.sleep(2)
    raise TimeoutError("mail server did not answer")


@app.post("/register")
async def register(email: str, tasks: BackgroundTasks) -> str:
    tasks.add_task(send_email, email)
    return "registered"


@app.post("/order")
async def order() -> str:
    await asyncio.sleep(2)
    print("order placed")
    return "ordered"
