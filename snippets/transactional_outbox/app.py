import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateTable

LEASE_S = float(os.environ.get("LEASE_S", "30"))
POLL_S = float(os.environ.get("POLL_S", "5"))
RETRY_S = float(os.environ.get("RETRY_S", "2"))
MAX_ATTEMPTS = int(os.environ.get("MAX_ATTEMPTS", "10"))
URL = os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///app.db")

logger = logging.getLogger("outbox")
engine = create_async_engine(URL)
SessionLocal = async_sessionmaker(engine, expire_on_commit=False)
wake = asyncio.Event()


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str]


class Entry(Base):
    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[str]
    due_at: Mapped[float] = mapped_column(default=time.time)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[float | None]


async def deliver(key: str, message: str) -> None:
    print(f"sending {key}: {message}", flush=True)
    await asyncio.sleep(2)
    print(f"sent {key}", flush=True)


async def claim() -> Entry | None:
    now = time.time()
    due = (Entry.sent_at.is_(None), Entry.due_at <= now, Entry.attempts < MAX_ATTEMPTS)
    first = select(Entry.id).where(*due).order_by(Entry.due_at).limit(1)
    free = first.with_for_update(skip_locked=True).scalar_subquery()
    mine = update(Entry).where(Entry.id == free, *due).returning(Entry)
    async with SessionLocal.begin() as db:
        return await db.scalar(mine.values(due_at=now + LEASE_S, attempts=Entry.attempts + 1))


async def settle(entry: Entry, **outcome: float) -> None:
    still_mine = (Entry.id == entry.id, Entry.attempts == entry.attempts)
    async with SessionLocal.begin() as db:
        await db.execute(update(Entry).where(*still_mine).values(**outcome))


async def send_next() -> bool:
    entry = await claim()
    if entry is None:
        return False
    try:
        async with asyncio.timeout(LEASE_S / 2):
            await deliver(f"outbox-{entry.id}", entry.message)
    except Exception:
        logger.exception("entry %s: attempt %s failed", entry.id, entry.attempts)
        await settle(entry, due_at=time.time() + RETRY_S * 2**entry.attempts)
    else:
        await settle(entry, sent_at=time.time())
    return True


async def relay(stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        wake.clear()
        busy = False
        try:
            busy = await send_next()
        except Exception:
            logger.exception("the outbox cannot be read; trying again")
        if not busy and not stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), POLL_S)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            await connection.execute(CreateTable(table, if_not_exists=True))
    stopping = asyncio.Event()
    running = asyncio.create_task(relay(stopping))
    yield
    stopping.set()
    wake.set()
    await running
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.post("/orders", status_code=201)
async def place_order(item: str) -> dict[str, int]:
    async with SessionLocal.begin() as db:
        order = Order(item=item)
        db.add(order)
        await db.flush()
        db.add(Entry(message=f"order {order.id}: {item}"))
    wake.set()
    return {"id": order.id}
