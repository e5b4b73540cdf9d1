import asyncio

from fastapi import FastAPI, WebSocket

app = FastAPI()


async def process() -> int:
    await asyncio.sleep(3)
    return 42


@app.websocket("/ws")
async def status(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_json({"status": "processing"})
    result = await process()
    await websocket.send_json({"status": "completed", "result": result})
    await websocket.close()
