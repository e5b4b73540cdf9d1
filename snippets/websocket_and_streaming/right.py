import asyncio

from fastapi import FastAPI, WebSocket

app = FastAPI()


async def archive(text: str) -> None:
    await asyncio.sleep(2)
    print(f"archived: {text}")


@app.websocket("/chat")
async def chat(websocket: WebSocket) -> None:
    await websocket.accept()
    async with asyncio.TaskGroup() as tasks:
        async for text in websocket.iter_text():
            tasks.create_task(archive(text))
            await websocket.send_text(f"got {text}")
