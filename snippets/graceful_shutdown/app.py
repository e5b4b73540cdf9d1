import logging
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import anyio
from anyio.abc import TaskGroup
from fastapi import FastAPI, HTTPException, Request

DATABASE = os.environ.get("DATABASE", "jobs.db")
GRACE_S = float(os.environ.get("GRACE_S", "8"))
LEASE_S = float(os.environ.get("LEASE_S", "30"))
RECEIPT_S = float(os.environ.get("RECEIPT_S", "4"))
TABLE = """CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY, receipt INTEGER NOT NULL, state TEXT NOT NULL, held_until REAL NOT NULL
)"""
logger = logging.getLogger(__name__)


class Jobs:
    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.running: set[int] = set()
        db.execute(TABLE)

    def add(self, receipt: int) -> int:
        new = "INSERT INTO jobs (receipt, state, held_until) VALUES (?, 'open', ?) RETURNING id"
        [(job,)] = self.db.execute(new, (receipt, time.time() + LEASE_S)).fetchall()
        return int(job)

    def write(self, statement: str, *values: object) -> list[tuple[int, int]]:
        try:
            return self.db.execute(statement, values).fetchall()
        except sqlite3.Error:
            logger.exception("jobs: not written")
            return []

    def claim(self) -> list[tuple[int, int]]:
        free = """UPDATE jobs SET held_until = ? WHERE state = 'open' AND held_until < ?
            RETURNING id, receipt"""
        now = time.time()
        return self.write(free, now + LEASE_S, now)

    def hold(self, seconds: float) -> None:
        until = time.time() + seconds
        for job in self.running:
            self.write("UPDATE jobs SET held_until = ? WHERE id = ?", until, job)

    def give_back(self, job: int) -> None:
        self.write("UPDATE jobs SET held_until = 0 WHERE id = ?", job)

    def end(self, job: int, state: str) -> None:
        self.write("UPDATE jobs SET state = ? WHERE id = ?", state, job)


async def send_receipt(receipt: int) -> None:
    await anyio.sleep(RECEIPT_S)


async def run(job: int, receipt: int, jobs: Jobs) -> None:
    jobs.running.add(job)
    try:
        await send_receipt(receipt)
        jobs.end(job, "done")
    except anyio.get_cancelled_exc_class():
        jobs.give_back(job)
        logger.warning("receipt %d: cut off, given back", receipt)
        raise
    except Exception:
        jobs.end(job, "failed")
        logger.exception("receipt %d: failed", receipt)
    finally:
        jobs.running.discard(job)


async def keep(jobs: Jobs, group: TaskGroup) -> None:
    while True:
        jobs.hold(LEASE_S)
        for job, receipt in jobs.claim():
            group.start_soon(run, job, receipt, jobs)
        await anyio.sleep(LEASE_S / 3)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
    with closing(sqlite3.connect(DATABASE, isolation_level=None)) as db:
        jobs = Jobs(db)
        async with anyio.create_task_group() as group:
            async with anyio.create_task_group() as keeper:
                keeper.start_soon(keep, jobs, group)
                yield {"jobs": jobs, "group": group}
                keeper.cancel_scope.cancel()
            jobs.hold(GRACE_S + LEASE_S)
            group.cancel_scope.deadline = anyio.current_time() + GRACE_S


app = FastAPI(lifespan=lifespan)


@app.post("/receipts/{receipt}", status_code=202)
async def place(receipt: int, request: Request) -> dict[str, int]:
    job = request.state.jobs.add(receipt)
    request.state.group.start_soon(run, job, receipt, request.state.jobs)
    return {"job": job}


@app.get("/jobs/{job}")
async def state(job: int, request: Request) -> dict[str, str]:
    found = request.state.jobs.db.execute("SELECT state FROM jobs WHERE id = ?", (job,)).fetchone()
    if found is None:
        raise HTTPException(404)
    return {"state": found[0]}
