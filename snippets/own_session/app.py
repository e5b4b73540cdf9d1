import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.schema import CreateTable

URL = os.environ.get("DATABASE_URL", "sqlite:///app.db")
ASYNC_URL = os.environ.get("ASYNC_DATABASE_URL", "sqlite+aiosqlite:///app.db")

engine = create_engine(URL)
SessionLocal = sessionmaker(engine, expire_on_commit=False)
async_engine = create_async_engine(ASYNC_URL)
AsyncSessionLocal = async_sessionmaker(async_engine, expire_on_commit=False)


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    welcomed: Mapped[bool] = mapped_column(default=False)


class Mail(Base):
    __tablename__ = "mails"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
    yield
    engine.dispose()
    await async_engine.dispose()


app = FastAPI(lifespan=lifespan)


# --8<-- [start:sync]
def get_db() -> Iterator[Session]:
    with SessionLocal() as db:
        yield db


def send(email: str) -> None:
    time.sleep(5)
    print(f"sent to {email}")


def welcome(user_id: int) -> None:
    with SessionLocal() as db:
        email = db.get_one(User, user_id).email
    send(email)
    with SessionLocal.begin() as db:
        db.add(Mail(user_id=user_id))
        db.get_one(User, user_id).welcomed = True


@app.post("/users")
def create_user(
    email: str, tasks: BackgroundTasks, db: Annotated[Session, Depends(get_db, scope="function")]
) -> dict[str, int | None]:
    user = User(email=email)
    db.add(user)
    db.commit()
    tasks.add_task(welcome, user.id)
    return {"id": user.id, "users": db.scalar(select(func.count(User.id)))}


# --8<-- [end:sync]
# --8<-- [start:async]
async def get_async_db() -> AsyncIterator[AsyncSession]:
    async with AsyncSessionLocal() as db:
        yield db


async def send_async(email: str) -> None:
    await asyncio.sleep(5)
    print(f"sent to {email}")


async def welcome_async(user_id: int) -> None:
    async with AsyncSessionLocal() as db:
        email = (await db.get_one(User, user_id)).email
    await send_async(email)
    async with AsyncSessionLocal.begin() as db:
        db.add(Mail(user_id=user_id))
        (await db.get_one(User, user_id)).welcomed = True


@app.post("/async/users")
async def create_user_async(
    email: str,
    tasks: BackgroundTasks,
    db: Annotated[AsyncSession, Depends(get_async_db, scope="function")],
) -> dict[str, int | None]:
    user = User(email=email)
    db.add(user)
    await db.commit()
    tasks.add_task(welcome_async, user.id)
    return {"id": user.id, "users": await db.scalar(select(func.count(User.id)))}


# --8<-- [end:async]
@app.get("/pool")
async def pool() -> str:
    return f"sync: {engine.pool.status()}; async: {async_engine.pool.status()}."
