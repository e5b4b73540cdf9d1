"""What app.py promises, a test each. Run it with: pytest test_app.py"""

import asyncio
import importlib
import json
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import httpx
import pytest
import uvicorn

Worker = tuple[ModuleType, str]
ALL = ["progress"] * 6 + ["done"]


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/jobs.db")
    monkeypatch.setenv("PART_S", "0.05")
    monkeypatch.setenv("LOOK_S", "0.02")
    monkeypatch.setenv("LOST_AFTER_S", "30")


def until(condition: Callable[[], object], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it has not happened"
        time.sleep(0.01)


def a_worker() -> Iterator[Worker]:
    """The app, imported anew as another process does, behind a real server."""
    sys.modules.pop("app", None)
    module = importlib.import_module("app")
    server = uvicorn.Server(uvicorn.Config(module.app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield module, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def worker() -> Iterator[Worker]:
    yield from a_worker()


@pytest.fixture
def other(worker: Worker) -> Iterator[Worker]:
    yield from a_worker()


@pytest.fixture
def gate(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The work does nothing until this is set."""
    opened = threading.Event()

    async def export() -> AsyncIterator[int]:
        while not opened.is_set():
            await asyncio.sleep(0.01)
        yield 100

    monkeypatch.setattr(worker[0], "export", export)
    yield opened
    opened.set()


def start(worker: Worker) -> str:
    answer = httpx.post(f"{worker[1]}/exports")
    assert answer.status_code == 202
    return str(answer.headers["location"])


def hear(worker: Worker, path: str, last: int = 0) -> Iterator[dict[str, Any]]:
    headers = {"Last-Event-ID": str(last)} if last else {}
    with httpx.stream("GET", worker[1] + path, headers=headers, timeout=4) as answer:
        answer.raise_for_status()
        event: dict[str, Any] = {}
        for line in answer.iter_lines():
            if not line:
                yield event
                event = {}
            key, _, value = line.partition(": ")
            event[key] = json.loads(value) if key == "data" else value


def kinds(worker: Worker, path: str, last: int = 0) -> list[str]:
    return [event["event"] for event in hear(worker, path, last)]


def test_a_listener_at_another_worker_hears_everything(worker: Worker, other: Worker) -> None:
    heard = list(hear(other, start(worker)))

    assert [event["event"] for event in heard] == ALL
    assert [event["id"] for event in heard] == ["1", "2", "3", "4", "5", "6", "7"]
    assert heard[-1]["data"] == {"result": "/files/1.csv"}


def test_an_event_arrives_while_the_work_goes_on(worker: Worker, gate: threading.Event) -> None:
    heard = []
    for event in hear(worker, start(worker)):
        heard.append(event["event"])
        gate.set()

    assert heard == ["progress", "progress", "done"]


def test_the_work_goes_on_when_the_listener_leaves(worker: Worker, gate: threading.Event) -> None:
    path = start(worker)
    stream = hear(worker, path)
    assert next(stream)["id"] == "1"
    stream.close()  # type: ignore[attr-defined]

    gate.set()
    assert kinds(worker, path)[-1] == "done"


def test_who_comes_back_goes_on_where_it_broke_off(worker: Worker, other: Worker) -> None:
    path = start(worker)
    assert kinds(worker, path) == ALL

    again = list(hear(other, path, last=5))
    assert [event["id"] for event in again] == ["6", "7"]


def test_who_comes_late_hears_everything(worker: Worker) -> None:
    path = start(worker)
    assert kinds(worker, path) == ALL
    assert kinds(worker, path) == ALL


def test_who_has_heard_the_end_is_told_to_stay_away(worker: Worker) -> None:
    path = start(worker)
    assert kinds(worker, path) == ALL

    answer = httpx.get(worker[1] + path, headers={"Last-Event-ID": "7"})
    assert answer.status_code == 204


def test_a_listener_who_waits_holds_no_connection(worker: Worker, gate: threading.Event) -> None:
    stream = hear(worker, start(worker))
    next(stream)

    until(lambda: worker[0].engine.pool.checkedout() == 0, within_s=4)
    gate.set()
    assert [event["event"] for event in stream][-1] == "done"


def test_a_listener_who_leaves_amid_a_look_locks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/jobs.db?timeout=1")
    sys.modules.pop("app", None)
    module = importlib.import_module("app")

    async def leave_again_and_again() -> None:
        async with module.lifespan(module.app):
            for number in range(60):
                with anyio.move_on_after(number % 20 / 4000):
                    await module.events_after(1, 0)
                await module.tell(1, number, "progress")

    asyncio.run(leave_again_and_again())


def test_a_failure_ends_the_stream(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    async def export() -> AsyncIterator[int]:
        yield 20
        raise ConnectionError("password=secret")

    monkeypatch.setattr(worker[0], "export", export)
    heard = list(hear(worker, start(worker)))

    assert heard[-1]["event"] == "failed"
    assert heard[-1]["data"] == {"error": "ConnectionError"}


def test_a_job_that_has_fallen_silent_is_lost(
    worker: Worker, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker[0], "LOST_AFTER_S", 0.3)
    path = start(worker)

    assert kinds(worker, path) == ["progress", "lost"]
    assert httpx.get(worker[1] + path, headers={"Last-Event-ID": "1"}).status_code == 204


def test_proxies_are_told_not_to_hold_events_back(worker: Worker) -> None:
    with httpx.stream("GET", worker[1] + start(worker)) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        assert answer.headers["cache-control"] == "no-cache"
