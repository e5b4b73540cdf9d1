import asyncio

from fastapi import BackgroundTasks, FastAPI, Request, Response

app = FastAPI()


# --8<-- [start:alert]
@app.exception_handler(TimeoutError)
async def alert(request: Request, error: Exception) -> Response:
    print(f"alert: {request.method} {request.url.path}: {error!r}")
    return Response("Something went wrong", 500)


# --8<-- [end:alert]


async def send_email(email: str) -> None:
    async with asyncio.timeout(3):
        await asyncio.sleep(60)


@app.post("/register")
async def register(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_email, email)
    return {"status": "ok"}
