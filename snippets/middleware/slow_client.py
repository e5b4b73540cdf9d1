import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


class SlowClient:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_slowly(message):
            await asyncio.sleep(2)
            await send(message)

        await self.app(scope, receive, send_slowly)


@app.middleware("http")
async def pass_on(request, call_next):
    return await call_next(request)


app.add_middleware(SlowClient)


async def import_file() -> None:
    await asyncio.sleep(1)


@app.post("/imports")
async def start_import(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(import_file)
    return {"status": "importing"}
