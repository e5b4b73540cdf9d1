import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def send_email(email: str) -> None:
    async with asyncio.timeout(3):
        await asyncio.sleep(60)  # (1)!


@app.post("/register")
async def register(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_email, email)
    return {"status": "ok"}
