import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from fastapi import BackgroundTasks, FastAPI, HTTPException, Response
from sqlalchemy import ColumnElement, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateTable

PART_S = float(os.environ.get("PART_S", "1"))
BEAT_S = float(os.environ.get("BEAT_S", "0.5"))
LOST_AFTER_S = float(os.environ.get("LOST_AFTER_S", "30"))
engine = create_async_engine(os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///jobs.db"))
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase): ...


class Job(Base):
    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="running")
    percent: Mapped[int] = mapped_column(default=0)
    result: Mapped[str | None]
    error: Mapped[str | None]
    seen: Mapped[float] = mapped_column(default=time.time)


class Progress:
    percent = 0


async def export(progress: Progress) -> str:
    for part in range(5):
        await asyncio.sleep(PART_S)
        progress.percent = 20 * (part + 1)
    return "/files/export.csv"


# --8<-- [start:run]
async def change(job_id: int, *where: ColumnElement[bool], **values: object) -> str | None:
    job = update(Job).where(Job.id == job_id, *where).values(**values)
    with anyio.CancelScope(shield=True):
        async with sessions.begin() as db:
            state = await db.scalar(job.returning(Job.state))
    return state


async def watch(job_id: int, progress: Progress, work: anyio.CancelScope) -> None:
    state: str | None = "running"
    while state == "running":
        await asyncio.sleep(BEAT_S)
        try:
            state = await change(job_id, percent=progress.percent, seen=time.time())
        except SQLAlchemyError:
            logging.exception("job %d: its progress is not saved", job_id)
    work.cancel()


async def run(job_id: int) -> None:
    progress, ended = Progress(), {"state": "cancelled"}
    async with anyio.create_task_group() as group:
        group.start_soon(watch, job_id, progress, group.cancel_scope)
        try:
            ended = {"state": "done", "result": await export(progress)}
        except Exception as error:
            logging.exception("job %d failed", job_id)
            ended = {"state": "failed", "error": type(error).__name__}
        group.cancel_scope.cancel()
    await change(job_id, percent=progress.percent, **ended)


# --8<-- [end:run]
@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as db:
        await db.execute(CreateTable(Base.metadata.tables["jobs"], if_not_exists=True))
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/jobs/{job_id}")
async def status(job_id: int, response: Response) -> dict[str, object]:
    async with sessions() as db:
        job = await db.get(Job, job_id)
    if job is None:
        raise HTTPException(404, "no such job")
    state, silent_s = job.state, time.time() - job.seen
    if state in ("running", "cancelling"):
        state = "lost" if silent_s > LOST_AFTER_S else state
        response.headers["Retry-After"] = "1"
    response.headers["Cache-Control"] = "no-store"
    return {"state": state, "percent": job.percent, "result": job.result, "error": job.error}


@app.post("/exports", status_code=202)
async def start(tasks: BackgroundTasks, response: Response) -> dict[str, object]:
    async with sessions.begin() as db:
        db.add(job := Job())
    tasks.add_task(run, job.id)
    response.headers["Location"] = f"/jobs/{job.id}"
    return await status(job.id, response)


@app.delete("/jobs/{job_id}", status_code=202)
async def cancel(job_id: int, response: Response) -> dict[str, object]:
    await change(job_id, Job.state == "running", state="cancelling")
    answer = await status(job_id, response)
    if answer["state"] not in ("cancelling", "cancelled"):
        raise HTTPException(409, f"already {answer['state']}")
    return answer
