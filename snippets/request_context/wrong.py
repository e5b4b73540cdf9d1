import asyncio

from fastapi import BackgroundTasks, FastAPI, Request

app = FastAPI()


async def handle_event(request: Request) -> None:
    event = await request.json()
    await asyncio.sleep(2)
    print(f"order {event['order']} is paid")


@app.post("/webhooks/payment")
async def payment(request: Request, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(handle_event, request)
    return {"status": "received"}
