import logging
import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
logger = logging.getLogger(__name__)
started = time.monotonic()
# --8<-- [start:outbox]
outbox: dict[str, int] = {}


def send_email(email: str) -> None:
    try:
        if time.monotonic() - started < 90 or "@" not in email:
            raise ConnectionError("not delivered")
        print(f"sent to {email}")
        del outbox[email]
    except Exception:
        logger.exception("email to %s not sent", email)
        outbox[email] += 1


# --8<-- [end:outbox]


@app.post("/register")
def register(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    outbox.setdefault(email, 0)
    tasks.add_task(send_email, email)
    return {"status": "ok"}


@app.post("/retry")
def retry() -> None:
    for email in [email for email, tries in outbox.items() if tries < 3]:
        send_email(email)
