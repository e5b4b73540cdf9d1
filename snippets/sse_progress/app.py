import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any

import anyio
from fastapi import BackgroundTasks, Depends, FastAPI, Header, HTTPException, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import JSON, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateTable

PART_S = float(os.environ.get("PART_S", "1"))
LOOK_S = float(os.environ.get("LOOK_S", "0.5"))
LOST_AFTER_S = float(os.environ.get("LOST_AFTER_S", "60"))
engine = create_async_engine(os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///jobs.db"))
sessions = async_sessionmaker(engine, expire_on_commit=False)
LAST = ("done", "failed")


class Base(DeclarativeBase): ...


class Job(Base):
    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)


class Event(Base):
    __tablename__ = "events"
    job_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[float] = mapped_column(default=time.time)


async def export() -> AsyncIterator[int]:
    for part in range(5):
        await asyncio.sleep(PART_S)
        yield 20 * (part + 1)


# --8<-- [start:run]
async def tell(job_id: int, number: int, kind: str, **data: object) -> None:
    async with sessions.begin() as db:
        db.add(Event(job_id=job_id, number=number, kind=kind, data=data))


async def run(job_id: int) -> None:
    number = 1
    try:
        async for percent in export():
            number += 1
            await tell(job_id, number, "progress", percent=percent)
        await tell(job_id, number + 1, "done", result=f"/files/{job_id}.csv")
    except Exception as error:
        logging.exception("job %d failed", job_id)
        await tell(job_id, number + 1, "failed", error=type(error).__name__)


# --8<-- [end:run]
@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as db:
        for table in Base.metadata.sorted_tables:
            await db.execute(CreateTable(table, if_not_exists=True))
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.post("/exports", status_code=202)
async def start(tasks: BackgroundTasks, response: Response) -> dict[str, str]:
    async with sessions.begin() as db:
        db.add(job := Job())
        await db.flush()
        db.add(Event(job_id=job.id, number=1, kind="progress", data={"percent": 0}))
    tasks.add_task(run, job.id)
    response.headers["Location"] = address = f"/exports/{job.id}/events"
    return {"events": address}


# --8<-- [start:events]
async def events_after(job_id: int, number: int) -> Sequence[Event]:
    found = select(Event).where(Event.job_id == job_id, Event.number > number)
    with anyio.CancelScope(shield=True):
        async with sessions() as db:
            told = (await db.scalars(found.order_by(Event.number))).all()
    return told


async def resume(job_id: int, last_event_id: Annotated[int, Header()] = 0) -> int:
    told = await events_after(job_id, 0)
    if not told:
        raise HTTPException(404, "no such job")
    newest = told[-1]
    over = newest.kind in LAST or time.time() - newest.at > LOST_AFTER_S
    if over and last_event_id >= newest.number:
        raise HTTPException(204)
    return last_event_id


@app.get("/exports/{job_id}/events", response_class=EventSourceResponse)
async def events(
    job_id: int, number: Annotated[int, Depends(resume)]
) -> AsyncIterator[ServerSentEvent]:
    heard = time.time()
    while time.time() - heard < LOST_AFTER_S:
        for event in await events_after(job_id, number):
            number, heard = event.number, time.time()
            yield ServerSentEvent(event=event.kind, data=event.data, id=str(number))
            if event.kind in LAST:
                return
        await asyncio.sleep(LOOK_S)
    yield ServerSentEvent(event="lost", data={})


# --8<-- [end:events]
