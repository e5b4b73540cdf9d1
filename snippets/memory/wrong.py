import asyncio
from weakref import WeakSet

from fastapi import BackgroundTasks, FastAPI, UploadFile

app = FastAPI()
one_at_a_time = asyncio.Semaphore(1)  # (1)!


class Photo:
    data = b""


in_memory: WeakSet[Photo] = WeakSet()  # (2)!


async def resize(photo: Photo) -> None:
    async with one_at_a_time:
        await asyncio.sleep(3)


@app.post("/photos")
async def upload(file: UploadFile, tasks: BackgroundTasks) -> dict[str, str]:
    photo = Photo()
    in_memory.add(photo)
    photo.data = await file.read()
    tasks.add_task(resize, photo)
    return {"message": "will be resized"}


@app.get("/in-memory")
async def count() -> int:
    return len(in_memory)
