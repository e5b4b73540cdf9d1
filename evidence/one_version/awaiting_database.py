"""As `blocking_database`, for `AsyncSession` and aiosqlite."""

import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import AsyncAdaptedQueuePool, create_engine, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from evidence.one_version.users import NEW, POOL_TIMEOUT_S, User, fill


@contextmanager
def database(connections: int = 1) -> Iterator[AsyncEngine]:
    """A file with one user, behind a pool of so many connections.

    The engine is left to the end of the process: it can only be disposed of on the loop that it was
    used on, and that is over.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/app.db"
        fill(create_engine(f"sqlite:///{file}"))
        yield create_async_engine(
            f"sqlite+aiosqlite:///{file}",
            pool_size=connections,
            max_overflow=0,
            pool_timeout=POOL_TIMEOUT_S,
        )


def checked_out(engine: AsyncEngine) -> int:
    pool = engine.pool
    assert isinstance(pool, AsyncAdaptedQueuePool)
    return pool.checkedout()


def closing(engine: AsyncEngine, **options: Any) -> Callable[[], AsyncIterator[AsyncSession]]:
    """The dependency that most projects have."""

    async def get_db() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine, **options) as session:
            yield session

    return get_db


async def id_after_commit(db: AsyncSession) -> int:
    user = User(email=NEW)
    db.add(user)
    await db.commit()
    return user.id


async def id_before_commit(db: AsyncSession) -> int:
    user = User(email=NEW)
    db.add(user)
    await db.flush()
    user_id = user.id
    await db.commit()
    return user_id


async def refreshed(db: AsyncSession) -> int:
    user = User(email=NEW)
    db.add(user)
    await db.commit()
    await db.refresh(user)
    return user.id


async def only_reads(db: AsyncSession) -> int:
    return (await db.scalars(select(User))).one().id


async def reads_and_closes(db: AsyncSession) -> int:
    user_id = await only_reads(db)
    await db.close()
    return user_id
