"""`python -m evidence.one_version.on_postgres URL`: a commit after `yield`, and tasks meanwhile.

Prints what a task can do with the rows of its own request while PostgreSQL has them uncommitted,
with the default scope and with `scope="function"`.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import BackgroundTasks, Depends
from sqlalchemy import CursorResult, Engine, ForeignKey, create_engine, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from evidence.one_version.serving import Result, Scene
from evidence.one_version.users import NEW, OLD, Base, Scope, User, fill

WATCHED_S = 5


class Mail(Base):
    __tablename__ = "mails"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


Work = Callable[[Session, int], object]


def inserts(db: Session) -> int:
    user = User(email=NEW)
    db.add(user)
    db.flush()
    return user.id


def changes(db: Session) -> int:
    db.execute(update(User).where(User.email == OLD).values(email=NEW))
    return 1


def finds(db: Session, user_id: int) -> bool:
    return db.get(User, user_id) is not None


def refers(db: Session, user_id: int) -> None:
    db.add(Mail(user_id=user_id))
    db.commit()


def updates(db: Session, user_id: int) -> int:
    """How many rows it changes; it waits for another transaction so long, and no longer."""
    db.execute(text(f"SET LOCAL lock_timeout = '{WATCHED_S}s'"))
    result = db.execute(update(User).where(User.id == user_id).values(email="changed"))
    db.commit()
    assert isinstance(result, CursorResult)
    return result.rowcount


def tried(
    engine: Engine, scope: Scope, request: Callable[[Session], int], work: Work
) -> tuple[Any, str]:
    """What a task's work gives, and what it raises; both on a session of the task's own."""
    Base.metadata.drop_all(engine)
    fill(engine)
    scene, given = Scene(), []

    def get_db() -> Iterator[Session]:
        with Session(engine) as db:
            yield db
            db.commit()

    def task(user_id: int) -> None:
        with Session(engine) as db:
            given.append(work(db, user_id))

    @scene.app.post("/users")
    def endpoint(tasks: BackgroundTasks, db: Session = Depends(get_db, **scope)) -> None:
        tasks.add_task(task, request(db))

    assert scene.post() == 200
    return (given or [None])[0], scene.error


def asked(engine: Engine, scope: Scope) -> Result:
    with engine.connect() as connection:
        limit = connection.scalar(text("SHOW lock_timeout"))
    updated, error = tried(engine, scope, changes, updates)
    return {
        "row_found": tried(engine, scope, inserts, finds)[0],
        "foreign_key_error": tried(engine, scope, inserts, refers)[1],
        "new_row_updated": tried(engine, scope, inserts, updates)[0] == 1,
        "changed_row_updated": updated == 1,
        "changed_row_error": error,
        "watched_s": WATCHED_S,
        "lock_timeout_by_default": str(limit),
    }


if __name__ == "__main__":
    made = create_engine(sys.argv[1].replace("postgresql:", "postgresql+psycopg:"))
    found = {
        name: asked(made, scope) for name, scope in (("", {}), ("function", {"scope": "function"}))
    }
    json.dump(found, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # whatever thread is left
