import logging
import sqlite3
import time
from contextlib import closing

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
logger = logging.getLogger(__name__)
started = time.monotonic()


def outbox(sql: str, *values: str) -> list[tuple[str]]:
    with closing(sqlite3.connect("outbox.db")) as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS mail (email TEXT PRIMARY KEY, tries INT DEFAULT 0)")
        return db.execute(sql, values).fetchall()


def send_email(email: str) -> None:
    try:
        if time.monotonic() - started < 90 or "@" not in email:  # (1)!
            raise ConnectionError("not delivered")
        print(f"sent to {email}")
        outbox("DELETE FROM mail WHERE email = ?", email)
    except Exception:
        logger.exception("email to %s not sent", email)
        outbox("UPDATE mail SET tries = tries + 1 WHERE email = ?", email)


@app.post("/register")
def register(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    outbox("INSERT OR IGNORE INTO mail (email) VALUES (?)", email)
    tasks.add_task(send_email, email)
    return {"status": "ok"}


@app.post("/retry")
def retry() -> None:
    for (email,) in outbox("SELECT email FROM mail WHERE tries < 3"):
        send_email(email)
