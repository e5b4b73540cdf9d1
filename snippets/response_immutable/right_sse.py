import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


async def process() -> int:
    await asyncio.sleep(3)
    return 42


async def events() -> AsyncIterator[str]:
    yield f"data: {json.dumps({'status': 'processing'})}\n\n"
    result = await process()
    yield f"data: {json.dumps({'status': 'completed', 'result': result})}\n\n"


@app.post("/process")
async def start() -> StreamingResponse:
    return StreamingResponse(events(), media_type="text/event-stream")
