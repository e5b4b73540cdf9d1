"""What app.py promises, a test each. Run it with: pytest test_app.py"""

import asyncio
import importlib
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

Worker = tuple[ModuleType, TestClient]


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/jobs.db")
    monkeypatch.setenv("PART_S", "0.05")
    monkeypatch.setenv("BEAT_S", "0.02")


def a_worker() -> Iterator[Worker]:
    """The app, imported anew as another process does: only the database is shared."""
    sys.modules.pop("app", None)
    module = importlib.import_module("app")
    with TestClient(module.app) as client:
        yield module, client


@pytest.fixture
def worker() -> Iterator[Worker]:
    yield from a_worker()


@pytest.fixture
def other(worker: Worker) -> Iterator[Worker]:
    yield from a_worker()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """For requests: TestClient returns only when the background tasks are over."""
    with ThreadPoolExecutor() as threads:
        yield threads


def job(worker: Worker, job_id: int = 1) -> dict[str, Any]:
    answer: dict[str, Any] = worker[1].get(f"/jobs/{job_id}").json()
    return answer


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it has not happened"
        time.sleep(0.01)


def test_the_client_is_told_where_to_ask(worker: Worker) -> None:
    answer = worker[1].post("/exports")

    assert answer.status_code == 202
    assert answer.json()["state"] == "running"
    assert worker[1].get(answer.headers["location"]).json()["state"] == "done"


def test_another_worker_knows_the_progress_and_the_result(
    worker: Worker, other: Worker, pool: ThreadPoolExecutor
) -> None:
    pool.submit(worker[1].post, "/exports")
    until(lambda: job(other).get("state"))
    told = []
    while (state := job(other))["state"] == "running":
        told.append(state["percent"])

    assert any(0 < percent < 100 for percent in told)
    ended = {"state": "done", "percent": 100, "result": "/files/export.csv", "error": None}
    assert job(other) == ended


def test_a_cancel_at_another_worker_ends_a_wait_in_the_work(
    worker: Worker, other: Worker, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def export(_: object) -> str:
        await asyncio.sleep(4)
        return "too late"

    monkeypatch.setattr(worker[0], "export", export)
    started = pool.submit(worker[1].post, "/exports")
    until(lambda: job(other).get("state") == "running")

    assert other[1].delete("/jobs/1").status_code == 202
    started.result(timeout=20)
    assert job(other)["state"] == "cancelled"


def test_what_is_done_stays_done(worker: Worker) -> None:
    worker[1].post("/exports")

    assert worker[1].delete("/jobs/1").status_code == 409
    assert job(worker)["state"] == "done"


def test_a_failure_is_recorded(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    async def export(_: object) -> str:
        raise ConnectionError("password=secret")

    monkeypatch.setattr(worker[0], "export", export)
    worker[1].post("/exports")

    assert job(worker)["state"] == "failed"
    assert job(worker)["error"] == "ConnectionError"


def test_a_job_without_a_sign_of_life_is_lost(
    worker: Worker, other: Worker, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(worker[0], "PART_S", 0.4)
    monkeypatch.setattr(worker[0], "watch", silent)
    monkeypatch.setattr(other[0], "LOST_AFTER_S", 0.2)
    pool.submit(worker[1].post, "/exports")
    until(lambda: job(other).get("state"))

    until(lambda: job(other)["state"] != "running")
    assert job(other)["state"] == "lost"


def test_a_long_part_is_not_taken_for_a_loss(
    worker: Worker, other: Worker, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other[0], "LOST_AFTER_S", 1.5)
    monkeypatch.setattr(worker[0], "PART_S", 2)
    pool.submit(worker[1].post, "/exports")
    until(lambda: job(other).get("state") == "running")

    over = time.monotonic() + 2.5
    while time.monotonic() < over:
        state = job(other)["state"]
    other[1].delete("/jobs/1")
    assert state == "running"


def test_the_work_goes_on_when_its_progress_cannot_be_saved(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, calls = worker[0].sessions.begin, []

    def locked_once() -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise OperationalError("UPDATE jobs", {}, Exception("database is locked"))
        return begin()

    monkeypatch.setattr(worker[0].sessions, "begin", locked_once)
    worker[1].post("/exports")

    assert len(calls) > 2
    assert job(worker)["state"] == "done"


def test_work_that_ends_amid_a_beat_leaves_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/jobs.db?timeout=1")
    sys.modules.pop("app", None)
    module = importlib.import_module("app")

    async def end_again_and_again() -> None:
        async with module.lifespan(module.app):
            async with module.sessions.begin() as db:
                db.add(module.Job())
            for number in range(60):
                with anyio.move_on_after(number % 20 / 4000):
                    await module.change(1, percent=number)
                async with module.sessions.begin() as db:
                    db.add(module.Job())

    asyncio.run(end_again_and_again())


def test_two_workers_may_start_on_one_database(worker: Worker, other: Worker) -> None:
    worker[1].post("/exports")
    assert job(other)["state"] == "done"


def test_no_cache_keeps_an_old_status(worker: Worker) -> None:
    assert worker[1].post("/exports").headers["cache-control"] == "no-store"
    assert worker[1].get("/jobs/1").headers["cache-control"] == "no-store"
