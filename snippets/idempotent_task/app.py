import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import BackgroundTasks, FastAPI, Header
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateTable

URL = os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///app.db")

logger = logging.getLogger("idempotent")
engine = create_async_engine(URL)
SessionLocal = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase): ...


class Account(Base):
    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    balance: Mapped[int] = mapped_column(default=0)


class Done(Base):
    __tablename__ = "done"
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[float] = mapped_column(default=time.time)


# --8<-- [start:task]
async def charge(key: str, amount: int) -> None:
    await asyncio.sleep(2)
    print(f"Idempotency-Key {key}: charge {amount}")


async def is_done(key: str) -> bool:
    async with SessionLocal() as db:
        return await db.get(Done, key) is not None


async def top_up(key: str, account_id: int, amount: int) -> None:
    if await is_done(key):
        return
    await charge(key, amount)
    async with SessionLocal() as db:
        db.add(Done(key=key))
        try:
            await db.flush()
        except IntegrityError:
            logger.warning("%s has been done meanwhile", key)
            return
        more = update(Account).where(Account.id == account_id).returning(Account.id)
        if await db.scalar(more.values(balance=Account.balance + amount)) is None:
            raise LookupError(f"there is no account {account_id}")
        await db.commit()


# --8<-- [end:task]
@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            await connection.execute(CreateTable(table, if_not_exists=True))
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.post("/accounts", status_code=201)
async def open_account() -> dict[str, int]:
    async with SessionLocal.begin() as db:
        account = Account()
        db.add(account)
        await db.flush()
        return {"id": account.id}


@app.get("/accounts/{account_id}")
async def read_account(account_id: int) -> dict[str, int]:
    async with SessionLocal() as db:
        account = await db.get_one(Account, account_id)
        return {"id": account.id, "balance": account.balance}


@app.post("/accounts/{account_id}/top-ups", status_code=202)
async def order_top_up(
    account_id: int,
    amount: int,
    tasks: BackgroundTasks,
    idempotency_key: Annotated[str, Header()],
) -> dict[str, str]:
    tasks.add_task(top_up, idempotency_key, account_id, amount)
    return {"key": idempotency_key}
