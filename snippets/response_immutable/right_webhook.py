import asyncio

import httpx
from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
shop = FastAPI()


@shop.post("/done")
async def done(news: dict[str, str]) -> None:
    print(f"shop hears: {news['status']}")


def http_client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(shop))  # (1)!


async def process(callback: str) -> None:
    await asyncio.sleep(3)
    async with http_client() as client:
        answer = await client.post(callback, json={"status": "completed"})
        answer.raise_for_status()


@app.post("/process", status_code=202)
async def start(callback: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(process, callback)
    return {"status": "processing"}
