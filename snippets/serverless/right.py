import asyncio

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

api = FastAPI()
queue: list[int] = []  # (1)!


@api.post("/orders/{order}")
async def place(order: int) -> dict[str, str]:
    queue.append(order)
    return {"status": "placed"}


@api.post("/tasks/send-receipt/{order}")
async def send_receipt(order: int) -> dict[str, str]:
    await asyncio.sleep(3)
    print(f"receipt {order}: sent")
    return {"status": "sent"}


class Adapter:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        answer: list[Message] = []

        async def collect(message: Message) -> None:
            answer.append(message)

        await self.app(scope, receive, collect)
        for message in answer:
            await send(message)


app = Adapter(api)
