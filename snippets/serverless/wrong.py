import asyncio

from fastapi import BackgroundTasks, FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

api = FastAPI()


async def send_receipt(order: int) -> None:
    await asyncio.sleep(3)
    print(f"receipt {order}: sent")


@api.post("/orders/{order}")
async def place(order: int, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_receipt, order)
    return {"status": "placed"}


class Adapter:  # (1)!
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        answer: list[Message] = []

        async def collect(message: Message) -> None:
            answer.append(message)

        await self.app(scope, receive, collect)  # (2)!
        for message in answer:
            await send(message)


app = Adapter(api)
