"""Takes memory until there is no more, 4 GB at most; says how many MB it got."""

import js
from fastapi import FastAPI

MEGABYTES = 16
app = FastAPI()


def take(piece):
    taken: list[object] = []
    try:
        while len(taken) * MEGABYTES < 4096:
            taken.append(piece(MEGABYTES << 20))
    except Exception:
        pass
    return len(taken) * MEGABYTES


@app.get("/python")
async def of_python() -> int:
    return take(lambda size: b"x" * size)


@app.get("/browser")
async def of_the_browser() -> int:
    return take(js.ArrayBuffer.new)
