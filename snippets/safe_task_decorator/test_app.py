import asyncio
import inspect
import logging
import threading
from typing import Any

import pytest
from fastapi import BackgroundTasks
from fastapi.testclient import TestClient

from app import app, mail_receipt, print_label, request_id, safe

client = TestClient(app)


def test_a_failing_task_leaves_the_later_ones_alone(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    @safe
    async def fail() -> None:
        raise ValueError("no")

    @safe
    def fail_in_a_thread() -> None:
        raise ValueError("no")

    async def run() -> None:
        tasks = BackgroundTasks()
        tasks.add_task(fail)
        tasks.add_task(fail_in_a_thread)
        tasks.add_task(done.append, "later")
        await tasks()

    asyncio.run(run())
    assert done == ["later"]


def test_the_log_names_the_task_its_arguments_and_the_line_that_raised(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asyncio.run(mail_receipt(7, address="ann"))
    assert "mail_receipt(7, address='ann') failed" in caplog.text
    assert "Traceback" in caplog.text
    assert 'raise ValueError("no such mailbox")' in caplog.text


def test_a_def_task_is_logged_with_its_traceback_too(caplog: pytest.LogCaptureFixture) -> None:
    @safe
    def fail(order: int) -> None:
        raise KeyError("label")

    fail(7)
    assert "fail(7) failed" in caplog.text
    assert "KeyError: 'label'" in caplog.text


def test_a_long_argument_is_shortened(caplog: pytest.LogCaptureFixture) -> None:
    @safe
    def fail(text: str) -> None:
        raise ValueError("no")

    fail("x" * 10_000)
    assert "x" * 100 not in caplog.text


def test_the_log_line_carries_the_id_of_the_request(caplog: pytest.LogCaptureFixture) -> None:
    answer = client.post("/orders/7?address=ann", headers={"x-request-id": "a7"})
    assert answer.status_code == 200
    assert answer.headers["x-request-id"] == "a7"
    assert "[a7] mail_receipt(7, 'ann') failed" in caplog.text


def test_a_def_task_behind_a_def_endpoint_sees_the_id(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    @app.post("/plain")
    def plain(tasks: BackgroundTasks) -> None:
        tasks.add_task(safe(lambda: seen.append(request_id.get())))

    client.post("/plain", headers={"x-request-id": "b8"})
    assert seen == ["b8"]


def test_a_request_without_an_id_is_given_one() -> None:
    ids = {client.get("/ping").headers["x-request-id"] for _ in range(2)}
    assert len(ids) == 2
    assert "-" not in ids


def test_a_def_task_stays_in_the_thread_pool() -> None:
    threads: list[threading.Thread] = []

    @safe
    def where() -> None:
        threads.append(threading.current_thread())

    async def run() -> None:
        tasks = BackgroundTasks()
        tasks.add_task(where)
        await tasks()
        assert threads != [threading.current_thread()]

    asyncio.run(run())
    assert len(threads) == 1


def test_an_async_task_is_awaited_and_stays_on_the_loop() -> None:
    threads: list[threading.Thread] = []

    class Job:
        async def __call__(self) -> None:
            await asyncio.sleep(0)
            threads.append(threading.current_thread())

        async def method(self) -> None:
            await self()

    async def run() -> None:
        tasks = BackgroundTasks()
        tasks.add_task(safe(Job()))
        tasks.add_task(safe(Job().method))
        await tasks()

    asyncio.run(run())
    assert threads == [threading.current_thread()] * 2


def test_name_signature_and_the_bare_function_are_kept() -> None:
    assert print_label.__name__ == "print_label"
    assert str(inspect.signature(mail_receipt)) == "(order: int, address: str) -> None"
    assert inspect.iscoroutinefunction(mail_receipt)
    assert not inspect.iscoroutinefunction(print_label)
    with pytest.raises(ValueError, match="no such mailbox"):
        asyncio.run(inspect.unwrap(mail_receipt)(7, "ann"))


def test_a_cancellation_is_logged_and_let_through(caplog: pytest.LogCaptureFixture) -> None:
    @safe
    async def wait() -> None:
        await asyncio.Event().wait()

    async def cancel() -> None:
        task = asyncio.ensure_future(wait())
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancel())
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "wait() was cut off" in caplog.text


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
def test_a_coroutine_that_nobody_awaits_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    safe(lambda: mail_receipt(7, "ann"))()
    assert "TypeError: returned a coroutine, and nobody awaits it" in caplog.text


def test_a_call_with_wrong_arguments_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    wrongly_called: Any = print_label
    wrongly_called(7, 8)
    assert "print_label(7, 8) failed" in caplog.text
    assert "TypeError" in caplog.text
