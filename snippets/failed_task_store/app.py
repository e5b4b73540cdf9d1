import asyncio
import json
import logging
import os
import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from fastapi import BackgroundTasks, FastAPI
from sqlalchemy import JSON, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateTable
from starlette.background import BackgroundTask

engine = create_async_engine(os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///tasks.db"))
TRIES = int(os.environ.get("TASK_TRIES", "4"))
WAIT_S = float(os.environ.get("TASK_WAIT_S", "300"))
LIMIT_S = float(os.environ.get("TASK_LIMIT_S", "60"))
logger = logging.getLogger("tasks")
Task = TypeVar("Task", bound=Callable[..., Any])
TASKS: dict[str, Callable[..., Any]] = {}


class Base(DeclarativeBase): ...


# --8<-- [start:table]
class Failed(Base):
    __tablename__ = "failed_tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    error: Mapped[str]
    tries: Mapped[int] = mapped_column(default=1)
    due: Mapped[float | None]


# --8<-- [end:table]
# --8<-- [start:store]
def retried(task: Task) -> Task:
    TASKS[task.__name__] = task
    return task


def add(tasks: BackgroundTasks, task: Callable[..., Any], **arguments: Any) -> None:
    tasks.add_task(first_try, task.__name__, json.loads(json.dumps(arguments)))


async def attempt(task: str, arguments: dict[str, Any]) -> str:
    try:
        async with asyncio.timeout(LIMIT_S):
            await BackgroundTask(TASKS[task], **arguments)()
    except Exception:
        logger.exception("%s(%s) failed", task, arguments)
        return traceback.format_exc()
    return ""


async def first_try(task: str, arguments: dict[str, Any]) -> None:
    if error := await attempt(task, arguments):
        async with AsyncSession(engine) as db, db.begin():
            db.add(Failed(task=task, arguments=arguments, error=error, due=time.time() + WAIT_S))


# --8<-- [end:store]
# --8<-- [start:retry]
async def claim(failed: Failed) -> bool:
    mine = update(Failed).where(Failed.id == failed.id, Failed.due == failed.due)
    async with engine.begin() as db:
        return (await db.execute(mine.values(due=time.time() + 2 * LIMIT_S))).rowcount == 1


async def settle(failed: Failed, error: str) -> None:
    tries = failed.tries + 1
    due = time.time() + WAIT_S * 2**failed.tries if tries < TRIES else None
    change = update(Failed).values(error=error, tries=tries, due=due) if error else delete(Failed)
    async with engine.begin() as db:
        await db.execute(change.where(Failed.id == failed.id))
    if error and due is None:
        logger.critical("gave up on %s(%s) after %s tries", failed.task, failed.arguments, tries)


async def retry_due() -> None:
    async with AsyncSession(engine) as db:
        due = (await db.scalars(select(Failed).where(Failed.due <= time.time()))).all()
    for failed in due:
        if await claim(failed):
            await settle(failed, await attempt(failed.task, failed.arguments))


async def keep_retrying() -> None:
    while True:
        try:
            await retry_due()
        except Exception:
            logger.exception("failed tasks were not retried")
        await asyncio.sleep(WAIT_S / 5)


# --8<-- [end:retry]
@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as db:
        await db.execute(CreateTable(Base.metadata.tables["failed_tasks"], if_not_exists=True))
    retries = asyncio.create_task(keep_retrying())
    yield
    retries.cancel()
    await asyncio.wait([retries])


app = FastAPI(lifespan=lifespan)
mail_is_back = time.time() + 600


@retried
async def send_receipt(order: int, address: str) -> None:
    if time.time() < mail_is_back or "@" not in address:
        raise ConnectionError("not delivered")


@app.post("/orders/{order}", status_code=202)
async def place(order: int, address: str, tasks: BackgroundTasks) -> None:
    add(tasks, send_receipt, order=order, address=address)
