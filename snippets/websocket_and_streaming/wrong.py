import asyncio

from fastapi import BackgroundTasks, FastAPI, WebSocket

app = FastAPI()


async def archive(text: str) -> None:
    await asyncio.sleep(2)
    print(f"archived: {text}")


@app.websocket("/chat")
async def chat(websocket: WebSocket, tasks: BackgroundTasks) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        tasks.add_task(archive, text)
        await websocket.send_text(f"got {text}")
