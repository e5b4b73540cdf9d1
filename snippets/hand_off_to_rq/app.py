import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import fail_after, to_thread
from fastapi import FastAPI, HTTPException
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel
from redis import Redis, RedisError
from rq import Queue, Retry
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

JOB_S = int(os.environ.get("JOB_S", "60"))
QUEUE_S = float(os.environ.get("QUEUE_S", "2"))
MOST_STARTS = 5
FAILED_KEPT_S = 7 * 24 * 3600
logger = logging.getLogger(__name__)
engine = create_engine(os.environ.get("DATABASE_URL", "sqlite:///orders.db"))
sessions = sessionmaker(engine)

REDIS_URL = os.environ.get("RQ_REDIS_URL", "redis://localhost:6379/0")
redis = Redis.from_url(REDIS_URL, socket_connect_timeout=2, socket_timeout=5)
queue = Queue("receipts", connection=redis)


def enqueue(order_id: int) -> None:
    queue.enqueue(
        send_receipt,
        order_id,
        job_timeout=JOB_S,
        retry=Retry(max=MOST_STARTS, interval=[2, 4, 8, 16, 32]),
        result_ttl=0,
        failure_ttl=FAILED_KEPT_S,
    )


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    receipt: Mapped[str] = mapped_column(default="waiting")
    starts: Mapped[int] = mapped_column(default=0)


class NewOrder(BaseModel):
    email: str


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    await run_in_threadpool(Base.metadata.create_all, engine)
    yield


app = FastAPI(lifespan=lifespan)


def mail_receipt(email: str, order_id: int) -> None:
    print(f"order {order_id}: mailing {email}", flush=True)
    time.sleep(3)
    print(f"order {order_id}: mailed", flush=True)


def send_receipt(order_id: int) -> None:
    with sessions.begin() as session:
        order = session.get(Order, order_id)
        if order is None or order.receipt != "waiting":
            return
        order.starts += 1
        if order.starts > MOST_STARTS:
            order.receipt = "given up"
            logger.error("the receipt of order %s is given up", order_id)
            return
        email = order.email
    mail_receipt(email, order_id)
    with sessions.begin() as session:
        session.get_one(Order, order_id).receipt = "sent"


def store(order_id: int, email: str) -> None:
    with sessions.begin() as session:
        if session.get(Order, order_id) is None:
            session.add(Order(id=order_id, email=email))


@app.put("/orders/{order_id}", status_code=202)
async def place(order_id: int, order: NewOrder) -> dict[str, str]:
    await run_in_threadpool(store, order_id, order.email)
    try:
        with fail_after(QUEUE_S):
            await to_thread.run_sync(enqueue, order_id, abandon_on_cancel=True)
    except (RedisError, TimeoutError) as error:
        headers = {"Retry-After": "5"}
        raise HTTPException(503, "stored, not queued: please repeat", headers) from error
    return {"receipt": f"/orders/{order_id}"}


@app.get("/orders/{order_id}")
def receipt(order_id: int) -> dict[str, str]:
    with sessions() as session:
        order = session.get(Order, order_id)
    if order is None:
        raise HTTPException(404, "no such order")
    return {"receipt": order.receipt}
