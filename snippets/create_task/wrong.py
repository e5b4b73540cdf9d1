import asyncio

from fastapi import FastAPI

app = FastAPI()
exports: dict[int, asyncio.Task[None]] = {}


async def export(order: int) -> None:
    await asyncio.sleep(3)
    raise ConnectionError("storage is down")


@app.post("/exports/{order}")
async def start(order: int) -> dict[str, str]:
    exports[order] = asyncio.create_task(export(order))
    return {"status": "started"}


@app.delete("/exports/{order}")
async def cancel(order: int) -> dict[str, bool]:
    return {"cancelled": order in exports and exports[order].cancel()}
