import asyncio
import importlib
import sqlite3
import time
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import app


class Clock:
    """The time that the app reads; it passes only when a test says so."""

    def __init__(self) -> None:
        self.now = time.time() + 1

    def time(self) -> float:
        return self.now


class Box:
    """The outbox of one test: its settings, what it has delivered, its rows."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = folder / "test.db"
        self.delivered: list[str] = []
        self._monkeypatch = monkeypatch
        self.set(DATABASE_URL=f"sqlite+aiosqlite:///{self.file}", LEASE_S="30", POLL_S="0.05")
        self.set(RETRY_S="0.01")

    def set(self, **settings: str) -> None:
        """Start the app anew, with these settings."""
        for name, value in settings.items():
            self._monkeypatch.setenv(name, value)
        importlib.reload(app)
        self.deliver(self.take)

    async def take(self, key: str, message: str) -> None:
        self.delivered.append(key)

    def deliver(self, function: Callable[[str, str], Coroutine[Any, Any, None]]) -> None:
        self._monkeypatch.setattr(app, "deliver", function)

    def without_relay(self) -> None:
        async def nothing(stopping: asyncio.Event) -> None:
            await stopping.wait()

        self._monkeypatch.setattr(app, "relay", nothing)

    def run(self, scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Play a scenario on an outbox with one entry, which no relay but the scenario's sends."""

        async def inside() -> None:
            async with app.lifespan(app.app):
                await app.place_order("tea")
                await scenario()

        self.without_relay()
        asyncio.run(inside())

    def stop_the_clock(self) -> Clock:
        clock = Clock()
        self._monkeypatch.setattr(app, "time", clock)
        return clock

    def ask(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.file)) as db, db:
            return db.execute(sql).fetchall()


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Box:
    return Box(tmp_path, monkeypatch)


def until(condition: Callable[[], bool], deadline_s: float = 10) -> None:
    end = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def fails_first(box: Box, keys: list[str]) -> Callable[[str, str], Coroutine[Any, Any, None]]:
    async def deliver(key: str, message: str) -> None:
        keys.append(key)
        if len(keys) == 1:
            raise ConnectionError("not delivered")
        await box.take(key, message)

    return deliver


def test_order_and_message_are_saved_together_or_not_at_all(box: Box) -> None:
    box.without_relay()
    with TestClient(app.app, raise_server_exceptions=False) as client:
        assert client.post("/orders?item=tea").status_code == 201
        box.ask("DROP TABLE outbox")
        assert client.post("/orders?item=cake").status_code == 500
    assert box.ask("SELECT item FROM orders") == [("tea",)]


def test_a_message_is_sent_at_once_and_not_at_the_next_poll(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.set(POLL_S="60")
    claim, found = app.claim, []

    async def looks() -> Any:
        found.append(await claim())
        return found[-1]

    monkeypatch.setattr(app, "claim", looks)
    with TestClient(app.app) as client:
        until(lambda: found == [None])
        client.post("/orders?item=tea")
        until(lambda: box.delivered == ["outbox-1"])


def test_a_failed_delivery_is_tried_again(box: Box) -> None:
    box.deliver(fails_first(box, []))
    with TestClient(app.app) as client:
        client.post("/orders?item=tea")
        until(lambda: box.ask("SELECT id FROM outbox WHERE sent_at IS NOT NULL") == [(1,)])
    assert box.delivered == ["outbox-1"]


def test_each_attempt_has_the_same_key(box: Box) -> None:
    keys: list[str] = []
    box.deliver(fails_first(box, keys))
    with TestClient(app.app) as client:
        client.post("/orders?item=tea")
        until(lambda: bool(box.delivered))
    assert keys == ["outbox-1", "outbox-1"]


def test_two_relays_do_not_send_a_message_at_the_same_time(box: Box) -> None:
    async def slow(key: str, message: str) -> None:
        await box.take(key, message)
        await asyncio.sleep(0.1)

    async def scenario() -> None:
        assert sorted(await asyncio.gather(app.send_next(), app.send_next())) == [False, True]

    box.deliver(slow)
    box.run(scenario)
    assert box.delivered == ["outbox-1"]


def test_what_a_killed_relay_was_sending_is_sent_after_its_lease(box: Box) -> None:
    async def scenario() -> None:
        assert await app.claim() is not None
        assert not await app.send_next()
        clock.now += app.LEASE_S
        assert await app.send_next()

    clock = box.stop_the_clock()
    box.run(scenario)
    assert box.delivered == ["outbox-1"]


def test_a_delivery_does_not_outlast_its_lease(box: Box) -> None:
    async def hangs(key: str, message: str) -> None:
        await asyncio.sleep(600)

    async def scenario() -> None:
        await asyncio.wait_for(app.send_next(), 10)

    box.set(LEASE_S="0.2")
    box.deliver(hangs)
    box.run(scenario)
    assert box.ask("SELECT attempts, sent_at FROM outbox") == [(1, None)]


def test_a_relay_that_comes_back_after_its_lease_changes_nothing(box: Box) -> None:
    async def scenario() -> None:
        late = await app.claim()
        clock.now += app.LEASE_S
        assert await app.claim() is not None
        await app.settle(late, sent_at=clock.now)

    clock = box.stop_the_clock()
    box.run(scenario)
    assert box.ask("SELECT attempts, sent_at FROM outbox") == [(2, None)]


def test_a_message_is_given_up_after_the_last_attempt_and_kept(box: Box) -> None:
    keys: list[str] = []

    async def fails(key: str, message: str) -> None:
        keys.append(key)
        raise ConnectionError("not delivered")

    async def scenario() -> None:
        for _ in range(5):
            await app.send_next()

    box.set(MAX_ATTEMPTS="2", RETRY_S="0")
    box.deliver(fails)
    box.run(scenario)
    assert len(keys) == 2
    assert box.ask("SELECT attempts, sent_at FROM outbox") == [(2, None)]


def test_the_relay_goes_on_when_the_database_is_away(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, calls = app.claim, []

    async def away() -> Any:
        calls.append(1)
        if len(calls) < 3:
            raise OSError("the database is away")
        return await claim()

    monkeypatch.setattr(app, "claim", away)
    with TestClient(app.app) as client:
        client.post("/orders?item=tea")
        until(lambda: box.delivered == ["outbox-1"])


def test_a_shutdown_waits_for_the_delivery_under_way(box: Box) -> None:
    begun: list[str] = []

    async def slow(key: str, message: str) -> None:
        begun.append(key)
        await asyncio.sleep(0.3)
        await box.take(key, message)

    box.deliver(slow)
    with TestClient(app.app) as client:
        client.post("/orders?item=tea")
        until(lambda: bool(begun))
    assert box.delivered == ["outbox-1"]
    assert box.ask("SELECT count(*) FROM outbox WHERE sent_at IS NULL") == [(0,)]
