import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

AT_ONCE = int(os.environ.get("AT_ONCE", "2"))
JOB_S = float(os.environ.get("JOB_S", "3"))
DEADLINE_S = float(os.environ.get("DEADLINE_S", "5"))
DATABASE_URL = os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///fan_out.db")
engine = create_async_engine(DATABASE_URL, pool_size=1, max_overflow=0)
sessions = async_sessionmaker(engine)
logger = logging.getLogger(__name__)


class Base(DeclarativeBase): ...


class Mail(Base):
    __tablename__ = "mails"
    campaign: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(default="not started")


class Campaign(BaseModel):
    addresses: Annotated[list[str], Field(min_length=1, max_length=1000)]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    app.state.places = asyncio.Semaphore(AT_ONCE)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def send_mail(address: str) -> None:
    if address.startswith("typo"):
        await asyncio.sleep(1)
        raise ValueError("no such mailbox")
    await asyncio.sleep(3600 if address.startswith("slow") else 2)


async def attempt(address: str, ends_at: float) -> str:
    now = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout_at(min(ends_at, now + JOB_S)):
            await send_mail(address)
    except TimeoutError:
        return "timed out"
    except Exception as error:
        logger.exception("no mail to %s", address)
        return f"failed: {error}"
    return "sent"


async def record(campaign: str, address: str, outcome: str) -> None:
    this = (Mail.campaign == campaign) & (Mail.address == address)
    async with sessions.begin() as session:
        await session.execute(update(Mail).where(this).values(outcome=outcome))


async def run_one(campaign: str, address: str, ends_at: float) -> None:
    await record(campaign, address, "started")
    await record(campaign, address, await attempt(address, ends_at))


async def fan_out(campaign: str, addresses: list[str]) -> None:
    places: asyncio.Semaphore = app.state.places
    ends_at = asyncio.get_running_loop().time() + DEADLINE_S
    async with asyncio.TaskGroup() as group:
        for address in addresses:
            try:
                async with asyncio.timeout_at(ends_at):
                    await places.acquire()
            except TimeoutError:
                break
            job = group.create_task(run_one(campaign, address, ends_at))
            job.add_done_callback(lambda _: places.release())


@app.post("/campaigns/{name}", status_code=202)
async def start(name: str, campaign: Campaign, tasks: BackgroundTasks) -> dict[str, str]:
    addresses = list(dict.fromkeys(campaign.addresses))
    try:
        async with sessions.begin() as session:
            session.add_all(Mail(campaign=name, address=address) for address in addresses)
    except IntegrityError as error:
        raise HTTPException(409, "this campaign has been started") from error
    tasks.add_task(fan_out, name, addresses)
    return {"outcomes": f"/campaigns/{name}"}


@app.get("/campaigns/{name}")
async def outcomes(name: str) -> dict[str, str]:
    async with sessions() as session:
        mails = list(await session.scalars(select(Mail).where(Mail.campaign == name)))
    if not mails:
        raise HTTPException(404, "no such campaign")
    return {mail.address: mail.outcome for mail in mails}
