import time

from anyio import CapacityLimiter, to_thread
from fastapi import BackgroundTasks, FastAPI, HTTPException

app = FastAPI()
mail_threads = CapacityLimiter(2)


def smtp_send(email: str) -> None:
    time.sleep(3)


async def send_email(email: str) -> None:
    await to_thread.run_sync(smtp_send, email, limiter=mail_threads)


# --8<-- [start:signup]
@app.post("/signup")
async def signup(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    if mail_threads.statistics().tasks_waiting >= 1:
        raise HTTPException(503, "Too many sign-ups, try again soon", {"Retry-After": "5"})
    tasks.add_task(send_email, email)
    return {"message": "welcome"}


# --8<-- [end:signup]
