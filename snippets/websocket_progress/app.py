import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio
from fastapi import BackgroundTasks, FastAPI, WebSocket, WebSocketDisconnect
from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateTable

LOOK_S = float(os.environ.get("LOOK_S", "0.5"))
LOST_AFTER_S = float(os.environ.get("LOST_AFTER_S", "30"))
engine = create_async_engine(os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///jobs.db"))
sessions = async_sessionmaker(engine, expire_on_commit=False)
OPEN, RESTART = ("running", "cancelling"), 1012


class Base(DeclarativeBase): ...


class Job(Base):
    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="running")
    percent: Mapped[int] = mapped_column(default=0)
    seen: Mapped[float] = mapped_column(default=time.time)


async def export(progress: dict[str, int]) -> None:
    for part in range(5):
        await asyncio.sleep(1)
        progress["percent"] = 20 * (part + 1)


# --8<-- [start:run]
async def change(job_id: int, *where: ColumnElement[bool], **values: object) -> str | None:
    job = update(Job).where(Job.id == job_id, *where).values(**values)
    with anyio.CancelScope(shield=True):
        async with sessions.begin() as db:
            state = await db.scalar(job.returning(Job.state))
    return state


async def watch(job_id: int, progress: dict[str, int], work: anyio.CancelScope) -> None:
    while await change(job_id, **progress, seen=time.time()) == "running":
        await asyncio.sleep(LOOK_S)
    work.cancel()


async def run(job_id: int) -> None:
    progress, state = {"percent": 0}, "cancelled"
    async with anyio.create_task_group() as group:
        group.start_soon(watch, job_id, progress, group.cancel_scope)
        try:
            await export(progress)
            state = "done"
        except Exception:
            logging.exception("job %d failed", job_id)
            state = "failed"
        group.cancel_scope.cancel()
    await change(job_id, state=state, **progress)


# --8<-- [end:run]
@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as db:
        await db.execute(CreateTable(Base.metadata.tables["jobs"], if_not_exists=True))
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.post("/exports", status_code=202)
async def start(tasks: BackgroundTasks) -> dict[str, str]:
    async with sessions.begin() as db:
        db.add(job := Job())
    tasks.add_task(run, job.id)
    return {"socket": f"/jobs/{job.id}"}


# --8<-- [start:follow]
async def look_up(job_id: int) -> dict[str, object]:
    with anyio.CancelScope(shield=True):
        async with sessions() as db:
            job = await db.get(Job, job_id)
    if job is None:
        return {"state": "unknown"}
    lost = job.state in OPEN and time.time() - job.seen > LOST_AFTER_S
    return {"state": "lost" if lost else job.state, "percent": job.percent}


async def tell(socket: WebSocket, job_id: int, talk: anyio.CancelScope) -> None:
    told: dict[str, object] = {"state": "running"}
    with suppress(WebSocketDisconnect):
        while told["state"] in OPEN:
            if (news := await look_up(job_id)) != told:
                await socket.send_json(news)
            told = news
            await asyncio.sleep(LOOK_S)
        await socket.close()
        talk.cancel()


@app.websocket("/jobs/{job_id}")
async def follow(socket: WebSocket, job_id: int, leaving_cancels: bool = False) -> None:
    await socket.accept()
    async with anyio.create_task_group() as group:
        group.start_soon(tell, socket, job_id, group.cancel_scope)
        try:
            while True:
                if await socket.receive_text() == "cancel":
                    await change(job_id, Job.state == "running", state="cancelling")
        except WebSocketDisconnect as left:
            if leaving_cancels and left.code != RESTART:
                await change(job_id, Job.state == "running", state="cancelling")
        group.cancel_scope.cancel()


# --8<-- [end:follow]
