"""What app.py promises, a test each. Run it with: pytest test_app.py"""

import asyncio
import importlib
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import httpx
import pytest
import uvicorn
from websockets.sync.client import ClientConnection, connect


@dataclass
class Worker:
    """The app behind a real server of its own."""

    module: ModuleType
    server: uvicorn.Server
    thread: threading.Thread
    port: int

    def start(self) -> str:
        answer = httpx.post(f"http://127.0.0.1:{self.port}/exports")
        assert answer.status_code == 202
        return str(answer.json()["socket"])

    def join(self, path: str) -> ClientConnection:
        return connect(f"ws://127.0.0.1:{self.port}{path}", close_timeout=5)

    def stop(self) -> None:
        self.server.should_exit = True


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/jobs.db")
    monkeypatch.setenv("LOOK_S", "0.02")


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it has not happened"
        time.sleep(0.01)


def a_worker() -> Iterator[Worker]:
    """The app, imported anew as another process does: only the database is shared."""
    sys.modules.pop("app", None)
    module = importlib.import_module("app")
    server = uvicorn.Server(uvicorn.Config(module.app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    worker = Worker(module, server, thread, port)
    yield worker
    worker.stop()
    thread.join()


@pytest.fixture
def worker() -> Iterator[Worker]:
    yield from a_worker()


@pytest.fixture
def other(worker: Worker) -> Iterator[Worker]:
    yield from a_worker()


@pytest.fixture
def gate(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The work of `worker` stops at 40 % until this is set, or for some seconds."""
    opened = threading.Event()

    async def export(progress: dict[str, int]) -> None:
        progress["percent"] = 40
        for _ in range(250):
            if opened.is_set():
                break
            await asyncio.sleep(0.01)

    monkeypatch.setattr(worker.module, "export", export)
    yield opened
    opened.set()


def heard(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(timeout=3))
    return message


def end(worker: Worker, path: str) -> object:
    """The last state that is told before the server closes the socket."""
    with worker.join(path) as socket:
        states = [json.loads(message)["state"] for message in socket]
        assert socket.close_code == 1000
    return states[-1]


def test_a_socket_hears_the_changes_and_the_end(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, deadline = threading.Semaphore(0), time.monotonic() + 4

    async def export(progress: dict[str, int]) -> None:
        for progress["percent"] in (20, 40, 60, 80, 100):
            while not heard.acquire(blocking=False) and time.monotonic() < deadline:
                await asyncio.sleep(0.01)

    monkeypatch.setattr(worker.module, "export", export)
    told = []
    with worker.join(worker.start()) as socket:
        for message in socket:
            told.append(json.loads(message))
            if told[-1]["percent"]:
                heard.release()

    percents = [one["percent"] for one in told if one["percent"]]
    assert percents == [20, 40, 60, 80, 100, 100]
    assert told[-1] == {"state": "done", "percent": 100}


def test_who_joins_late_at_another_worker_hears_the_present_state_first(
    worker: Worker, other: Worker, gate: threading.Event
) -> None:
    path = worker.start()
    with worker.join(path) as early:
        until(lambda: heard(early)["percent"] == 40)
        with other.join(path) as late:
            assert heard(late) == {"state": "running", "percent": 40}


def test_the_work_goes_on_when_a_client_leaves(worker: Worker, gate: threading.Event) -> None:
    path = worker.start()
    with worker.join(path) as socket:
        heard(socket)
    until(lambda: len(worker.server.server_state.tasks) == 1)

    with worker.join(path) as socket:
        assert heard(socket)["state"] == "running"
        gate.set()
        assert end(worker, path) == "done"


def test_a_client_may_have_its_leaving_end_the_work(
    worker: Worker, other: Worker, gate: threading.Event
) -> None:
    path = worker.start()
    with other.join(f"{path}?leaving_cancels=true") as socket:
        heard(socket)

    assert end(worker, path) == "cancelled"


def test_a_client_ends_the_work_by_a_message(
    worker: Worker, other: Worker, gate: threading.Event
) -> None:
    path = worker.start()
    with other.join(path) as socket:
        socket.send("cancel")
        assert end(worker, path) == "cancelled"


def test_a_deploy_is_not_taken_for_a_client_that_leaves(
    worker: Worker, other: Worker, gate: threading.Event
) -> None:
    path = worker.start()
    with other.join(f"{path}?leaving_cancels=true") as socket:
        heard(socket)
        other.stop()
        other.thread.join()

    gate.set()
    assert end(worker, path) == "done"


def test_a_client_that_leaves_amid_a_look_locks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/jobs.db?timeout=1")
    sys.modules.pop("app", None)
    module = importlib.import_module("app")

    async def leave_again_and_again() -> None:
        async with module.lifespan(module.app):
            async with module.sessions.begin() as db:
                db.add(module.Job())
            for number in range(60):
                with anyio.move_on_after(number % 20 / 4000):
                    await module.look_up(1)
                await module.change(1, percent=number)

    asyncio.run(leave_again_and_again())


def test_a_failure_is_told(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    async def export(_: object) -> None:
        raise ConnectionError("password=secret")

    monkeypatch.setattr(worker.module, "export", export)
    monkeypatch.setattr(worker.module, "LOST_AFTER_S", 3)
    assert end(worker, worker.start()) == "failed"


def test_a_job_without_a_sign_of_life_is_lost(
    worker: Worker, other: Worker, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(worker.module, "watch", silent)
    monkeypatch.setattr(other.module, "LOST_AFTER_S", 0.3)
    assert end(other, worker.start()) == "lost"


def test_a_job_that_nobody_knows_is_said_to_be_unknown(worker: Worker) -> None:
    assert end(worker, "/jobs/7") == "unknown"
