import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


class Timeout:
    def __init__(self, app, seconds):
        self.app, self.seconds = app, seconds

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def until_answered(message):
            await send(message)
            if not message.get("more_body", message["type"] == "http.response.start"):
                limit.reschedule(None)

        async with asyncio.timeout(self.seconds) as limit:
            await self.app(scope, receive, until_answered)


app.add_middleware(Timeout, seconds=3)


async def import_file(name: str) -> None:
    await asyncio.sleep(10)
    print(f"{name} is imported")


@app.post("/imports/{name}")
async def start_import(name: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(import_file, name)
    return {"importing": name}
