"""The table that the questions are about, and what is common to `Session` and `AsyncSession`."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from evidence.one_version.serving import Result, Scene

Scope = dict[str, Any]  # {} or {"scope": "function"}, handed to Depends
Question = Callable[[Scope], Result]

OLD, NEW = "old@example.com", "new@example.com"
POOL_TIMEOUT_S = 0.2


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)


def fill(engine: Engine) -> None:
    """Make the table, with one user in it."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(User(email=OLD))
        session.commit()


def exists(engine: Engine, email: str) -> bool:
    """Whether somebody else sees the row."""
    with Session(engine) as session:
        return session.scalar(select(User.id).where(User.email == email)) is not None


def ordered(scene: Scene) -> Result:
    """When a dependency's exit code ran."""
    position = scene.happened.index
    return {
        "order": ", ".join(scene.happened),
        "after_response": position("response") < position("exit"),
        "after_task": position("task") < position("exit"),
    }


def attempted(committing: Callable[..., tuple[bool, int, bool, str]], scope: Scope) -> Result:
    """Three tries of a dependency that commits after `yield`.

    `committing` returns whether the task sees the row, the status, whether the row is there at the
    end, and what the app's call raises.
    """
    seen, status, _, _ = committing(scope, NEW, task_raises=False)
    _, status_if_task_raises, kept, _ = committing(scope, NEW, task_raises=True)
    _, status_if_commit_fails, _, error = committing(scope, OLD, task_raises=False)
    return {
        "row_visible_in_task": seen,
        "status": status,
        "row_kept_if_task_raises": kept,
        "status_if_task_raises": status_if_task_raises,
        "status_if_commit_fails": status_if_commit_fails,
        "error_if_commit_fails": error,
    }
