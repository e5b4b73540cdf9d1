import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

logger = logging.getLogger(__name__)
exports: dict[int, asyncio.Task[None]] = {}


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    await asyncio.gather(*exports.values(), return_exceptions=True)  # (1)!


app = FastAPI(lifespan=lifespan)


async def export(order: int) -> None:
    try:
        await asyncio.sleep(3)
        raise ConnectionError("storage is down")
    except Exception:
        logger.exception("export %d failed", order)
    finally:
        del exports[order]  # (2)!


@app.post("/exports/{order}")
async def start(order: int) -> dict[str, str]:
    if order not in exports:  # (3)!
        exports[order] = asyncio.create_task(export(order))
    return {"status": "started"}


@app.delete("/exports/{order}")
async def cancel(order: int) -> dict[str, bool]:
    return {"cancelled": order in exports and exports[order].cancel()}
