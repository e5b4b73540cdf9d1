import time
from typing import Any

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
guests = ["ann", "bob", "cat"]


def send_email(guest: str) -> Any:
    time.sleep(1)
    print(f"sent to {guest}")


# --8<-- [start:invite]
@app.post("/invite")
def invite(tasks: BackgroundTasks) -> dict[str, str]:
    for guest in guests:
        tasks.add_task(lambda: send_email(guest))
    # --8<-- [end:invite]
    return {"status": "invited"}
