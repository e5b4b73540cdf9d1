import asyncio
import importlib
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import app

PATH = "/accounts/1/top-ups?amount=10"
KEY = {"Idempotency-Key": "order-7"}


class Provider:
    """Stands in for somebody else's API, which charges once for each key."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.charged: dict[str, int] = {}

    async def charge(self, key: str, amount: int) -> None:
        self.asked.append(key)
        await asyncio.sleep(0.05)
        self.charged.setdefault(key, amount)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Provider:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/test.db")
    importlib.reload(app)
    provider = Provider()
    monkeypatch.setattr(app, "charge", provider.charge)
    return provider


@pytest.fixture
def client(provider: Provider) -> Iterator[TestClient]:
    with TestClient(app.app) as client:
        client.post("/accounts")
        yield client


def balance(client: TestClient) -> int:
    return int(client.get("/accounts/1").json()["balance"])


def play(scenario: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Play a scenario on account 1; its balance in the end."""

    async def inside() -> int:
        async with app.lifespan(app.app):
            await app.open_account()
            await scenario()
            return int((await app.read_account(1))["balance"])

    return asyncio.run(inside())


def test_the_same_request_twice_is_answered_twice_and_done_once(client: TestClient) -> None:
    assert [client.post(PATH, headers=KEY).status_code for _ in range(2)] == [202, 202]
    assert balance(client) == 10


def test_another_key_is_another_top_up(client: TestClient) -> None:
    for key in ("order-7", "order-8"):
        client.post(PATH, headers={"Idempotency-Key": key})
    assert balance(client) == 20


def test_a_request_without_a_key_is_refused(client: TestClient) -> None:
    assert client.post(PATH).status_code == 422
    assert balance(client) == 0


def test_a_repeated_call_does_not_ask_the_provider_again(provider: Provider) -> None:
    async def scenario() -> None:
        await app.top_up("order-7", 1, 10)
        await app.top_up("order-7", 1, 10)

    assert play(scenario) == 10
    assert provider.asked == ["order-7"]


def test_calls_at_the_same_time_change_the_balance_once(provider: Provider) -> None:
    async def scenario() -> None:
        await asyncio.gather(*(app.top_up("order-7", 1, 10) for _ in range(5)))

    assert play(scenario) == 10
    assert provider.charged == {"order-7": 10}


def test_a_failed_effect_leaves_no_key_so_that_a_repeated_call_does_it(provider: Provider) -> None:
    async def scenario() -> None:
        with pytest.raises(LookupError):
            await app.top_up("order-7", 2, 10)
        assert not await app.is_done("order-7")
        await app.open_account()
        await app.top_up("order-7", 2, 10)
        assert (await app.read_account(2))["balance"] == 10

    assert play(scenario) == 0


def test_a_call_that_died_after_the_provider_is_finished_by_the_next_with_the_same_key(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def charges_and_dies(key: str, amount: int) -> None:
        await provider.charge(key, amount)
        raise asyncio.CancelledError

    async def scenario() -> None:
        monkeypatch.setattr(app, "charge", charges_and_dies)
        with pytest.raises(asyncio.CancelledError):
            await app.top_up("order-7", 1, 10)
        monkeypatch.setattr(app, "charge", provider.charge)
        await app.top_up("order-7", 1, 10)

    assert play(scenario) == 10
    assert provider.charged == {"order-7": 10}


def test_the_provider_is_asked_before_the_key_is_stored(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(key: str, amount: int) -> None:
        raise ConnectionError("the provider is away")

    async def scenario() -> None:
        monkeypatch.setattr(app, "charge", fails)
        with pytest.raises(ConnectionError):
            await app.top_up("order-7", 1, 10)
        monkeypatch.setattr(app, "charge", provider.charge)
        await app.top_up("order-7", 1, 10)

    assert play(scenario) == 10
    assert provider.charged == {"order-7": 10}


def test_a_restart_forgets_no_key(provider: Provider) -> None:
    async def scenario() -> None:
        await app.top_up("order-7", 1, 10)

    play(scenario)
    importlib.reload(app)
    app.charge = provider.charge
    assert play(scenario) == 10
    assert provider.asked == ["order-7"]
