import logging
import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
logger = logging.getLogger(__name__)
started = time.monotonic()
outbox: dict[str, int] = {}


def send_email(email: str) -> None:
    if time.monotonic() - started < 90 or "@" not in email:
        raise ConnectionError("not delivered")
    print(f"sent to {email}")


# --8<-- [start:attempt]
def attempt(email: str) -> None:
    try:
        send_email(email)
    except Exception:
        logger.exception("email to %s not sent", email)
        outbox[email] += 1
    else:
        del outbox[email]


@app.post("/register")
async def register(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    outbox.setdefault(email, 0)
    tasks.add_task(attempt, email)
    return {"status": "ok"}


# --8<-- [end:attempt]


@app.post("/retry")
def retry() -> None:
    for email in [email for email, tries in outbox.items() if tries < 3]:
        attempt(email)
