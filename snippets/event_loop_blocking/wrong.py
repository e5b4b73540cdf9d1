import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


def smtp_send(email: str) -> None:
    time.sleep(3)  # (1)!


# --8<-- [start:send_email]
async def send_email(email: str) -> None:
    smtp_send(email)


# --8<-- [end:send_email]


@app.post("/signup")
async def signup(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_email, email)
    return {"message": "welcome"}


@app.get("/ping")
async def ping() -> str:
    return "pong"
