"""A small database behind a pool, a dependency that gives sessions, and what endpoints do."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, QueuePool, create_engine, select
from sqlalchemy.orm import Session

from evidence.one_version.users import NEW, POOL_TIMEOUT_S, User, fill


@contextmanager
def database(connections: int = 1) -> Iterator[Engine]:
    """A file with one user, behind a pool of so many connections."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(
            f"sqlite:///{folder}/app.db",
            poolclass=QueuePool,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=POOL_TIMEOUT_S,
        )
        fill(engine)
        yield engine
        engine.dispose()


def checked_out(engine: Engine) -> int:
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


def closing(engine: Engine, **options: Any) -> Callable[[], Iterator[Session]]:
    """The dependency that most projects have."""

    def get_db() -> Iterator[Session]:
        session = Session(engine, **options)
        try:
            yield session
        finally:
            session.close()

    return get_db


def id_after_commit(db: Session) -> int:
    user = User(email=NEW)
    db.add(user)
    db.commit()
    return user.id


def id_before_commit(db: Session) -> int:
    user = User(email=NEW)
    db.add(user)
    db.flush()
    user_id = user.id
    db.commit()
    return user_id


def refreshed(db: Session) -> int:
    user = User(email=NEW)
    db.add(user)
    db.commit()
    db.refresh(user)
    return user.id


def only_reads(db: Session) -> int:
    return db.scalars(select(User)).one().id


def reads_and_closes(db: Session) -> int:
    user_id = only_reads(db)
    db.close()
    return user_id
