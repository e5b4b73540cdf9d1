import asyncio

import httpx
from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
reserved: set[int] = set()
running: list[asyncio.Task[None]] = []


async def reserve(order: int) -> None:
    await asyncio.sleep(2)
    reserved.add(order)


@app.post("/orders/{order}")
async def place(order: int, tasks: BackgroundTasks) -> dict[str, int]:
    tasks.add_task(reserve, order)
    return {"accepted": order}


# --8<-- [start:test]
async def like_a_server(scope, receive, send):
    async def tell(message):
        await send(message)
        if not message.get("more_body", message["type"] == "http.response.start"):
            answered.set()

    answered = asyncio.Event()
    running.append(asyncio.create_task(app(scope, receive, tell)))
    await answered.wait()


@app.post("/run-the-test")
async def test_an_order_is_reserved() -> dict[str, bool]:
    transport = httpx.ASGITransport(app=like_a_server)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        await client.post("/orders/1")
        seen = 1 in reserved
    await asyncio.gather(*running)
    return {"reserved": seen}
    # --8<-- [end:test]
