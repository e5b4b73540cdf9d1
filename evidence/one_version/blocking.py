"""What a `def` dependency with a SQLAlchemy `Session` does to a background task."""

import gc
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import BackgroundTasks, Depends
from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.one_version.blocking_database import (
    checked_out,
    closing,
    database,
    id_after_commit,
    id_before_commit,
    only_reads,
    reads_and_closes,
    refreshed,
)
from evidence.one_version.serving import Result, Scene, described
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

    def get_db() -> Iterator[None]:
        yield
        scene.note("exit")

    @scene.app.post("/users")
    def create_user(tasks: BackgroundTasks, _: Any = Depends(get_db, **scope)) -> None:
        scene.note("endpoint")
        tasks.add_task(scene.note, "task")

    scene.post()
    return ordered(scene)


def passed_session(scope: Scope) -> Result:
    """The request's session goes into the task, which reads by it."""
    scene, result = Scene(), {"usable": True, "error": ""}
    with database() as engine:
        get_db = closing(engine)

        def send_welcome(user_id: int, db: Session) -> None:
            result["connections_at_task_start"] = checked_out(engine)
            try:
                assert db.scalar(select(User.email).where(User.id == user_id)) == NEW
            except Exception as error:
                result.update(usable=False, error=described(error))

        @scene.app.post("/users")
        def create_user(tasks: BackgroundTasks, db: Session = Depends(get_db, **scope)) -> None:
            tasks.add_task(send_welcome, id_after_commit(db), db)

        scene.post()
        result["connections_at_the_end"] = checked_out(engine)
        gc.collect()
        result["connections_after_gc"] = checked_out(engine)
    return result


def own_session(work: Callable[[Session], int], **options: Any) -> Question:
    """The task opens a session of its own; the pool has one connection."""

    def question(scope: Scope) -> Result:
        scene, result = Scene(), {"task_works": True, "error": ""}
        with database() as engine:
            get_db = closing(engine, **options)

            def send_welcome(user_id: int) -> None:
                result["connections_at_task_start"] = checked_out(engine)
                try:
                    with Session(engine) as own:
                        own.get_one(User, user_id)
                except Exception as error:
                    result.update(task_works=False, error=described(error))

            @scene.app.post("/users")
            def create_user(tasks: BackgroundTasks, db: Session = Depends(get_db, **scope)) -> None:
                tasks.add_task(send_welcome, work(db))

            result["status"] = scene.post()
        return result

    return question


def expired_object(scope: Scope) -> Result:
    """An object that `commit` has expired goes into the task."""
    scene, result = Scene(), {"attribute_read": True, "error": ""}
    with database() as engine:
        get_db = closing(engine)

        def send_welcome(user: User) -> None:
            try:
                assert user.email == NEW
            except Exception as error:
                result.update(attribute_read=False, error=described(error))

        @scene.app.post("/users")
        def create_user(tasks: BackgroundTasks, db: Session = Depends(get_db, **scope)) -> None:
            user = User(email=NEW)
            db.add(user)
            db.commit()
            tasks.add_task(send_welcome, user)

        scene.post()
    return result


def commit_after_yield(scope: Scope) -> Result:
    return attempted(_committing, scope)


def _committing(scope: Scope, email: str, task_raises: bool) -> tuple[bool, int, bool, str]:
    scene, seen = Scene(), []
    with database(connections=2) as engine:

        def get_db() -> Iterator[Session]:
            with Session(engine) as db, db.begin():
                yield db

        def send_welcome() -> None:
            seen.append(exists(engine, email))
            if task_raises:
                raise ConnectionError("the mail server is down")

        @scene.app.post("/users")
        def create_user(tasks: BackgroundTasks, db: Session = Depends(get_db, **scope)) -> None:
            db.add(User(email=email))
            tasks.add_task(send_welcome)

        status = scene.post()
        return any(seen), status, exists(engine, email), scene.error


QUESTIONS: dict[str, Question] = {
    "exit": exit_order,
    "passed_session": passed_session,
    "id_after_commit": own_session(id_after_commit),
    "id_before_commit": own_session(id_before_commit),
    "refreshed": own_session(refreshed),
    "not_expired": own_session(id_after_commit, expire_on_commit=False),
    "only_reads": own_session(only_reads),
    "reads_and_closes": own_session(reads_and_closes),
    "expired_object": expired_object,
    "commit_after_yield": commit_after_yield,
}
