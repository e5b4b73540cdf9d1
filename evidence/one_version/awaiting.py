"""The same as `blocking`, with `async def`, SQLAlchemy's `AsyncSession` and aiosqlite."""

import gc
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from fastapi import BackgroundTasks, Depends
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from evidence.one_version.awaiting_database import (
    checked_out,
    closing,
    database,
    id_after_commit,
    id_before_commit,
    only_reads,
    reads_and_closes,
    refreshed,
)
from evidence.one_version.serving import Result, Scene, described, first_line
from evidence.one_version.users import (
    NEW,
    Question,
    Scope,
    User,
    attempted,
    exists,
    ordered,
)


def exit_order(scope: Scope) -> Result:
    scene = Scene()

    async def get_db() -> AsyncIterator[None]:
        yield
        scene.note("exit")

    async def task() -> None:
        scene.note("task")

    @scene.app.post("/users")
    async def create_user(tasks: BackgroundTasks, _: Any = Depends(get_db, **scope)) -> None:
        scene.note("endpoint")
        tasks.add_task(task)

    scene.post()
    return ordered(scene)


def passed_session(scope: Scope) -> Result:
    """The request's session goes into the task, which reads by it."""
    scene, result = Scene(), {"usable": True, "error": ""}
    with database() as engine:
        get_db = closing(engine)

        async def send_welcome(user_id: int, db: AsyncSession) -> None:
            result["connections_at_task_start"] = checked_out(engine)
            try:
                assert await db.scalar(select(User.email).where(User.id == user_id)) == NEW
            except Exception as error:
                result.update(usable=False, error=described(error))

        @scene.app.post("/users")
        async def create_user(
            tasks: BackgroundTasks, db: AsyncSession = Depends(get_db, **scope)
        ) -> None:
            tasks.add_task(send_welcome, await refreshed(db), db)

        scene.post()
        result["connections_at_the_end"] = checked_out(engine)
        result["said_at_gc"] = _collected()
        result["connections_after_gc"] = checked_out(engine)
    return result


def _collected() -> str:
    """Collect garbage; what SQLAlchemy says to it."""
    with warnings.catch_warnings(record=True, action="always") as said:
        gc.collect()
    return first_line(str(said[0].message)) if said else ""


def own_session(work: Callable[[AsyncSession], Awaitable[int]], **options: Any) -> Question:
    """The task opens a session of its own; the pool has one connection."""

    def question(scope: Scope) -> Result:
        scene, result = Scene(), {"task_works": False, "error": ""}
        with database() as engine:
            get_db = closing(engine, **options)

            async def send_welcome(user_id: int) -> None:
                result["connections_at_task_start"] = checked_out(engine)
                try:
                    async with AsyncSession(engine) as own:
                        await own.get_one(User, user_id)
                    result["task_works"] = True
                except Exception as error:
                    result["error"] = described(error)

            @scene.app.post("/users")
            async def create_user(
                tasks: BackgroundTasks, db: AsyncSession = Depends(get_db, **scope)
            ) -> None:
                tasks.add_task(send_welcome, await work(db))

            result["status"] = scene.post()
            result["error"] = result["error"] or scene.error
        return result

    return question


def expired_object(scope: Scope) -> Result:
    """An object that `commit` has expired goes into the task."""
    scene, result = Scene(), {"attribute_read": True, "error": ""}
    with database() as engine:
        get_db = closing(engine)

        async def send_welcome(user: User) -> None:
            try:
                assert user.email == NEW
            except Exception as error:
                result.update(attribute_read=False, error=described(error))

        @scene.app.post("/users")
        async def create_user(
            tasks: BackgroundTasks, db: AsyncSession = Depends(get_db, **scope)
        ) -> None:
            user = User(email=NEW)
            db.add(user)
            await db.commit()
            tasks.add_task(send_welcome, user)

        scene.post()
    return result


def commit_after_yield(scope: Scope) -> Result:
    return attempted(_committing, scope)


def _committing(scope: Scope, email: str, task_raises: bool) -> tuple[bool, int, bool, str]:
    scene, seen = Scene(), []
    with database(connections=2) as engine:
        get_db = _committing_after_yield(engine)

        async def send_welcome() -> None:
            async with AsyncSession(engine) as own:
                seen.append(await own.scalar(select(User.id).where(User.email == email)))
            if task_raises:
                raise ConnectionError("the mail server is down")

        @scene.app.post("/users")
        async def create_user(
            tasks: BackgroundTasks, db: AsyncSession = Depends(get_db, **scope)
        ) -> None:
            db.add(User(email=email))
            tasks.add_task(send_welcome)

        status = scene.post()
        other = create_engine(f"sqlite:///{engine.url.database}")
        return any(seen), status, exists(other, email), scene.error


def _committing_after_yield(engine: AsyncEngine) -> Callable[[], AsyncIterator[AsyncSession]]:
    async def get_db() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine) as db, db.begin():
            yield db

    return get_db


QUESTIONS: dict[str, Question] = {
    "async_exit": exit_order,
    "async_passed_session": passed_session,
    "async_id_after_commit": own_session(id_after_commit),
    "async_id_before_commit": own_session(id_before_commit),
    "async_refreshed": own_session(refreshed),
    "async_not_expired": own_session(id_after_commit, expire_on_commit=False),
    "async_only_reads": own_session(only_reads),
    "async_reads_and_closes": own_session(reads_and_closes),
    "async_expired_object": expired_object,
    "async_commit_after_yield": commit_after_yield,
}
