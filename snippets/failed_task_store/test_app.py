import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import BackgroundTasks
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

import app

LATER = 10_000_000


class Job:
    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.calls: list[dict[str, Any]] = []

    def __call__(self, **arguments: Any) -> None:
        self.calls.append(arguments)
        if len(self.calls) <= self.failures:
            raise ConnectionError("not delivered")


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(at=1000.0)
    monkeypatch.setattr(app, "time", SimpleNamespace(time=lambda: clock.at))
    return clock


@pytest.fixture(autouse=True)
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncEngine:
    made = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/tasks.db", poolclass=NullPool)
    monkeypatch.setattr(app, "engine", made)

    async def create() -> None:
        async with made.begin() as db:
            await db.run_sync(app.Base.metadata.create_all)

    asyncio.run(create())
    return made


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Job]:
    def make(failures: int) -> Job:
        made = Job(failures)
        monkeypatch.setitem(app.TASKS, "job", made)
        return made

    return make


def sql(statement: str) -> list[Any]:
    async def run() -> list[Any]:
        async with app.engine.begin() as db:
            result = await db.execute(text(statement))
            return list(result.all()) if result.returns_rows else []

    return asyncio.run(run())


def first_try(**arguments: Any) -> None:
    asyncio.run(app.first_try("job", arguments))


def retry(now: SimpleNamespace, after: float = LATER) -> None:
    now.at += after
    asyncio.run(app.retry_due())


def test_a_failed_task_is_stored_with_name_arguments_and_traceback(job: Any, now: Any) -> None:
    job(failures=1)
    first_try(order=7)
    [(task, arguments, error)] = sql("SELECT task, arguments, error FROM failed_tasks")
    assert (task, arguments) == ("job", '{"order": 7}')
    assert 'raise ConnectionError("not delivered")' in error


def test_a_task_that_works_leaves_no_row(job: Any) -> None:
    job(failures=0)
    first_try(order=7)
    assert sql("SELECT * FROM failed_tasks") == []


def test_a_failed_task_is_tried_again_until_it_works(job: Any, now: Any) -> None:
    made = job(failures=2)
    first_try(order=7)
    retry(now)
    retry(now)
    retry(now)
    assert made.calls == [{"order": 7}] * 3
    assert sql("SELECT * FROM failed_tasks") == []


def test_each_wait_is_twice_as_long_as_the_one_before(job: Any, now: Any) -> None:
    job(failures=9)
    first_try()
    waits = []
    for _ in range(3):
        [(due,)] = sql("SELECT due FROM failed_tasks")
        waits.append(due - now.at)
        retry(now, after=due - now.at)
    assert waits == [app.WAIT_S, 2 * app.WAIT_S, 4 * app.WAIT_S]


def test_a_task_is_not_tried_before_it_is_due(job: Any, now: Any) -> None:
    made = job(failures=9)
    first_try()
    retry(now, after=app.WAIT_S - 1)
    assert len(made.calls) == 1


def test_it_is_given_up_after_the_last_try_with_one_alert(
    job: Any, now: Any, caplog: pytest.LogCaptureFixture
) -> None:
    made = job(failures=99)
    first_try(order=8)
    for _ in range(6):
        retry(now)
    assert len(made.calls) == app.TRIES
    alerts = [line.getMessage() for line in caplog.records if line.levelname == "CRITICAL"]
    assert alerts == ["gave up on job({'order': 8}) after 4 tries"]


def test_what_was_given_up_stays_and_can_be_tried_by_hand(job: Any, now: Any) -> None:
    made = job(failures=app.TRIES)
    first_try()
    for _ in range(6):
        retry(now)
    assert sql("SELECT tries, due FROM failed_tasks") == [(app.TRIES, None)]
    sql("UPDATE failed_tasks SET due = 0 WHERE task = 'job'")
    retry(now)
    assert len(made.calls) == app.TRIES + 1
    assert sql("SELECT * FROM failed_tasks") == []


def test_of_two_workers_one_tries(job: Any) -> None:
    job(failures=1)
    first_try()
    [row] = sql("SELECT id, due FROM failed_tasks")

    async def two_workers() -> list[bool]:
        return await asyncio.gather(app.claim(row), app.claim(row))

    assert sorted(asyncio.run(two_workers())) == [False, True]


def test_a_retry_that_was_cut_off_is_made_up_for(job: Any, now: Any) -> None:
    made = job(failures=1)
    first_try()
    now.at += LATER
    [row] = sql("SELECT id, due FROM failed_tasks")
    assert asyncio.run(app.claim(row))
    retry(now, after=0)
    assert len(made.calls) == 1
    retry(now, after=2 * app.LIMIT_S)
    assert len(made.calls) == 2


def test_a_task_that_hangs_counts_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(app, "LIMIT_S", 0.01)
    monkeypatch.setitem(app.TASKS, "job", hang)
    asyncio.run(asyncio.wait_for(app.first_try("job", {}), 8))
    assert "TimeoutError" in sql("SELECT error FROM failed_tasks")[0][0]


def test_the_log_has_the_arguments_even_if_the_table_has_not(
    job: Any, caplog: pytest.LogCaptureFixture
) -> None:
    job(failures=1)
    sql("DROP TABLE failed_tasks")
    with pytest.raises(Exception, match="no such table"):
        first_try(order=7)
    assert "job({'order': 7}) failed" in caplog.text
    assert "ConnectionError: not delivered" in caplog.text


def test_arguments_that_cannot_be_stored_are_refused_before_the_answer() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        app.add(BackgroundTasks(), app.send_receipt, order=object())


def test_a_row_whose_task_a_deploy_has_renamed_is_given_up_with_an_alert(
    job: Any, now: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    job(failures=1)
    first_try()
    monkeypatch.delitem(app.TASKS, "job")
    for _ in range(6):
        retry(now)
    assert "gave up on job({})" in caplog.text
    assert "KeyError" in sql("SELECT error FROM failed_tasks")[0][0]


@pytest.fixture
def due_at_once(job: Any, monkeypatch: pytest.MonkeyPatch) -> Job:
    made: Job = job(failures=1)
    first_try(order=7)
    sql("UPDATE failed_tasks SET due = 0")
    monkeypatch.setattr(app, "WAIT_S", 1.0)
    return made


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(8):
        while not done():
            await asyncio.sleep(0.01)


def test_the_retries_go_on_after_an_error_of_the_database(
    due_at_once: Job, caplog: pytest.LogCaptureFixture
) -> None:
    sql("ALTER TABLE failed_tasks RENAME TO away")

    async def run() -> None:
        retries = asyncio.create_task(app.keep_retrying())
        await until(lambda: "failed tasks were not retried" in caplog.text)
        async with app.engine.begin() as db:
            await db.execute(text("ALTER TABLE away RENAME TO failed_tasks"))
        await until(lambda: len(due_at_once.calls) == 2)
        retries.cancel()

    asyncio.run(run())


def test_what_an_earlier_process_has_stored_is_tried_when_the_app_starts(due_at_once: Job) -> None:
    with TestClient(app.app):
        deadline = time.monotonic() + 8
        while sql("SELECT * FROM failed_tasks") and time.monotonic() < deadline:
            time.sleep(0.01)
    assert due_at_once.calls == [{"order": 7}] * 2


def test_an_order_is_answered_and_its_failed_receipt_is_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app, "mail_is_back", time.time() + 600)
    with TestClient(app.app) as client:
        assert client.post("/orders/8?address=bob").status_code == 202
    assert sql("SELECT task, tries FROM failed_tasks") == [("send_receipt", 1)]
