import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import anyio
import httpx
import pytest
from fastapi.testclient import TestClient

import app

PATIENCE_S = 4.0
SERVER_S = 20.0
Send = Callable[[int], Awaitable[None]]


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "jobs.db"
    monkeypatch.setattr(app, "DATABASE", str(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(app.TABLE)
    return path


@pytest.fixture
def sending(monkeypatch: pytest.MonkeyPatch) -> Callable[[Send], None]:
    return lambda send: monkeypatch.setattr(app, "send_receipt", send)


def rows(database: Path) -> list[tuple[int, str, float]]:
    with closing(sqlite3.connect(database)) as db:
        return db.execute("SELECT receipt, state, held_until FROM jobs ORDER BY receipt").fetchall()


def states(database: Path) -> dict[int, str]:
    return {receipt: state for receipt, state, _ in rows(database)}


def store(database: Path, receipt: int, held_until: float = 0) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        new = "INSERT INTO jobs (receipt, state, held_until) VALUES (?, 'open', ?)"
        db.execute(new, (receipt, held_until))


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


async def at_once(receipt: int) -> None:
    pass


async def too_long(receipt: int) -> None:
    await anyio.sleep(2)


async def slow(receipt: int) -> None:
    await anyio.sleep(0.3)


def stop_in_the_middle(receipt: int) -> None:
    with TestClient(app.app) as client:
        assert client.post(f"/receipts/{receipt}").status_code == 202


def test_a_receipt_is_finished_within_the_grace(
    database: Path, sending: Callable[[Send], None]
) -> None:
    sending(slow)
    stop_in_the_middle(7)
    assert states(database) == {7: "done"}


def test_when_the_grace_is_over_the_rest_is_cut_off(
    database: Path, sending: Callable[[Send], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "GRACE_S", 0.1)
    sending(too_long)
    stop_in_the_middle(7)
    assert states(database) == {7: "open"}


def test_what_was_cut_off_is_given_back_and_logged(
    database: Path,
    sending: Callable[[Send], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(app, "GRACE_S", 0.1)
    sending(too_long)
    stop_in_the_middle(7)
    assert rows(database) == [(7, "open", 0)]
    assert caplog.messages == ["receipt 7: cut off, given back"]


def test_the_next_start_takes_up_what_was_left(
    database: Path, sending: Callable[[Send], None]
) -> None:
    store(database, 7)
    sending(at_once)
    with TestClient(app.app):
        until(lambda: states(database) == {7: "done"})


def test_what_another_process_holds_is_left_alone(
    database: Path, sending: Callable[[Send], None]
) -> None:
    store(database, 7, held_until=time.time() + 60)
    store(database, 8)
    sending(at_once)
    with TestClient(app.app):
        until(lambda: states(database)[8] == "done")
    assert states(database)[7] == "open"


def test_two_processes_take_up_each_receipt_once(
    database: Path, sending: Callable[[Send], None]
) -> None:
    sent: list[int] = []

    async def send(receipt: int) -> None:
        sent.append(receipt)
        await anyio.sleep(0.1)

    for receipt in range(20):
        store(database, receipt)
    sending(send)
    with TestClient(app.app), TestClient(app.app):
        until(lambda: set(states(database).values()) == {"done"})
    assert sorted(sent) == list(range(20))


def test_a_long_receipt_stays_held_and_is_sent_once(
    database: Path, sending: Callable[[Send], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []

    async def send(receipt: int) -> None:
        sent.append(receipt)
        await too_long(receipt)

    monkeypatch.setattr(app, "LEASE_S", 0.3)
    monkeypatch.setattr(app, "GRACE_S", 0.1)
    sending(send)
    with TestClient(app.app) as client:
        client.post("/receipts/7")
        [(_, _, at_first)] = rows(database)
        until(lambda: rows(database)[0][2] > at_first + app.LEASE_S)
    assert sent == [7]


def test_it_stays_held_during_the_grace(
    database: Path, sending: Callable[[Send], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "LEASE_S", 0.3)
    monkeypatch.setattr(app, "GRACE_S", 2.0)

    async def send(receipt: int) -> None:
        while rows(database)[0][2] < time.time() + app.GRACE_S / 2:
            await anyio.sleep(0.02)

    sending(send)
    stop_in_the_middle(7)
    assert states(database) == {7: "done"}


def test_one_that_fails_stops_no_other(
    database: Path, sending: Callable[[Send], None], caplog: pytest.LogCaptureFixture
) -> None:
    async def send(receipt: int) -> None:
        await slow(receipt)
        if receipt == 7:
            raise ConnectionError("the mail server is down")
        await slow(receipt)

    sending(send)
    with TestClient(app.app) as client:
        for receipt in (7, 8):
            client.post(f"/receipts/{receipt}")
    assert states(database) == {7: "failed", 8: "done"}
    assert caplog.messages == ["receipt 7: failed"]


def test_a_database_that_fails_for_a_while_ends_no_job(
    database: Path,
    sending: Callable[[Send], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    back = anyio.Event()

    async def send(receipt: int) -> None:
        await back.wait()

    def rename(old: str, new: str) -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as db:
            db.execute(f"ALTER TABLE {old} RENAME TO {new}")

    monkeypatch.setattr(app, "GRACE_S", 0.5)
    monkeypatch.setattr(app, "LEASE_S", 0.3)
    sending(send)
    with TestClient(app.app) as client:
        client.post("/receipts/7")
        rename("jobs", "gone")
        until(lambda: "jobs: not written" in caplog.messages)
        rename("gone", "jobs")
        assert client.portal is not None
        client.portal.call(back.set)
        until(lambda: states(database) == {7: "done"})


@contextmanager
def uvicorn(database: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", "0"]
    given = os.environ | settings | {"DATABASE": str(database)}
    folder = Path(app.__file__).parent
    with subprocess.Popen(
        command, cwd=folder, env=given, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        try:
            told = next(line for line in server.stderr if "running on" in line)
            yield server, next(word for word in told.split() if word.startswith("http"))
        finally:
            server.kill()


def test_on_sigterm_uvicorn_waits_for_it(database: Path) -> None:
    with uvicorn(database, RECEIPT_S="0.5") as (server, url):
        httpx.post(f"{url}/receipts/7", timeout=SERVER_S)
        server.send_signal(signal.SIGTERM)
        server.wait(SERVER_S)
    assert states(database) == {7: "done"}


def test_after_sigkill_the_next_process_sends_it(database: Path) -> None:
    with uvicorn(database, RECEIPT_S="60", LEASE_S="0.5") as (server, url):
        httpx.post(f"{url}/receipts/7", timeout=SERVER_S)
        server.kill()
        server.wait(SERVER_S)
    with uvicorn(database, RECEIPT_S="0", LEASE_S="0.5"):
        until(lambda: states(database) == {7: "done"})
