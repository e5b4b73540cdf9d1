import sqlite3
from contextlib import closing

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
CREATE = "CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY, email TEXT)"


def save(name: str, email: str) -> None:
    with closing(sqlite3.connect("users.db")) as db, db:
        db.execute(CREATE)
        db.execute("INSERT INTO users VALUES (?, ?)", (name, email))


# --8<-- [start:register]
@app.post("/register")
def register(name: str, email: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(save, name, email)
    return {"status": "ok"}


# --8<-- [end:register]


@app.get("/users")
def users() -> list[str]:
    with closing(sqlite3.connect("users.db")) as db:
        return [email for (email,) in db.execute("SELECT email FROM users")]
