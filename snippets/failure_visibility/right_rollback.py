import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI

app = FastAPI()
CREATE = "CREATE TABLE IF NOT EXISTS users (email TEXT)"


# --8<-- [start:get_db]
def get_db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect("users.db", check_same_thread=False)) as db, db:
        db.execute(CREATE)
        yield db


Database = Annotated[sqlite3.Connection, Depends(get_db, scope="function")]
# --8<-- [end:get_db]


async def send_email() -> None:
    async with asyncio.timeout(3):
        await asyncio.sleep(60)


@app.post("/register")
def register(email: str, tasks: BackgroundTasks, db: Database) -> str:
    db.execute("INSERT INTO users VALUES (?)", [email])
    tasks.add_task(send_email)
    return "registered"


@app.get("/users")
def users(db: Database) -> list[str]:
    found = [email for (email,) in db.execute("SELECT email FROM users")]
    print(f"{len(found)} registered")
    return found
