"""A task that fails behind a middleware of the usual kind, BaseHTTPMiddleware."""

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


@app.middleware("http")
async def middleware(request, call_next):
    return await call_next(request)


async def send_email() -> None:
    print("send_email fails now", flush=True)
    raise TimeoutError("mail server did not answer")


@app.post("/register")
async def register(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_email)
    return {"status": "ok"}
