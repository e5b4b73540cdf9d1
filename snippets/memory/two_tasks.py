import asyncio
from weakref import WeakSet

from fastapi import BackgroundTasks, FastAPI, UploadFile

app = FastAPI()


class Photo:
    data = b""


in_memory: WeakSet[Photo] = WeakSet()


async def resize(photo: Photo) -> None:
    await asyncio.sleep(1)


async def tell_followers() -> None:
    await asyncio.sleep(60)


# --8<-- [start:upload]
@app.post("/photos")
async def upload(file: UploadFile, tasks: BackgroundTasks) -> dict[str, str]:
    photo = Photo()
    in_memory.add(photo)
    photo.data = await file.read()
    tasks.add_task(resize, photo)
    tasks.add_task(tell_followers)
    # --8<-- [end:upload]
    return {"message": "will be resized"}


@app.get("/in-memory")
async def count() -> int:
    return len(in_memory)
