import asyncio

from fastapi import BackgroundTasks, FastAPI, WebSocket

app = FastAPI()


async def archive(text: str) -> None:
    await asyncio.sleep(1)
    print(f"archived {text}")


# --8<-- [start:chat]
@app.websocket("/ws")
async def chat(websocket: WebSocket) -> None:
    tasks = BackgroundTasks()
    await websocket.accept()
    try:
        text = await websocket.receive_text()
        tasks.add_task(archive, text)
        await websocket.send_text("thank you")
        await websocket.close()
    finally:
        await tasks()


# --8<-- [end:chat]
