import sqlite3
from contextlib import closing

from fastapi import FastAPI, HTTPException

app = FastAPI()
CREATE = "CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY, email TEXT)"


def save(name: str, email: str) -> None:
    with closing(sqlite3.connect("users.db")) as db, db:
        db.execute(CREATE)
        db.execute("INSERT INTO users VALUES (?, ?)", (name, email))


# --8<-- [start:register]
@app.post("/register")
def register(name: str, email: str) -> dict[str, str]:
    try:
        save(name, email)
    except sqlite3.IntegrityError as error:
        raise HTTPException(409, "this name is taken") from error
    return {"status": "ok"}


# --8<-- [end:register]


@app.get("/users")
def users() -> list[str]:
    with closing(sqlite3.connect("users.db")) as db:
        return [email for (email,) in db.execute("SELECT email FROM users")]
