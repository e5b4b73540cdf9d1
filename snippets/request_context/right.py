import asyncio
from typing import Any

from fastapi import BackgroundTasks, FastAPI, Request

app = FastAPI()


async def handle_event(event: dict[str, Any]) -> None:
    await asyncio.sleep(2)
    print(f"order {event['order']} is paid")


@app.post("/webhooks/payment")
async def payment(request: Request, tasks: BackgroundTasks) -> dict[str, str]:
    event = await request.json()
    tasks.add_task(handle_event, event)
    return {"status": "received"}
