import logging
import sqlite3
import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
logger = logging.getLogger(__name__)
started = time.monotonic()
outbox = sqlite3.connect("outbox.db", isolation_level=None, check_same_thread=False)
outbox.execute("CREATE TABLE IF NOT EXISTS mail (email TEXT PRIMARY KEY, tries INT DEFAULT 0)")


def send_email(email: str) -> None:
    if time.monotonic() - started < 90 or "@" not in email:  # (1)!
        raise ConnectionError("not delivered")
    print(f"sent to {email}")


def attempt(email: str) -> None:
    try:
        send_email(email)
    except Exception:
        logger.exception("email to %s not sent", email)
        outbox.execute("UPDATE mail SET tries = tries + 1 WHERE email = ?", [email])
    else:
        outbox.execute("DELETE FROM mail WHERE email = ?", [email])


@app.post("/register")
async def register(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    outbox.execute("INSERT OR IGNORE INTO mail (email) VALUES (?)", [email])
    tasks.add_task(attempt, email)
    return {"status": "ok"}


@app.post("/retry")
def retry() -> None:
    for (email,) in outbox.execute("SELECT email FROM mail WHERE tries < 3").fetchall():
        attempt(email)
