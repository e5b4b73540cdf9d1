import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from redis import Redis
from sqlalchemy import create_engine

import app

ANN = {"email": "ann@example.com"}


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    queued: list[dict[str, Any]] = []
    monkeypatch.setattr(app.queue, "enqueue_call", lambda **job: queued.append(job))
    return queued


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(app, "engine", create_engine(f"sqlite:///{tmp_path}/orders.db"))
    app.sessions.configure(bind=app.engine)
    with TestClient(app.app) as client:
        yield client


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    mailed: list[str] = []
    monkeypatch.setattr(app, "mail_receipt", lambda email, order_id: mailed.append(email))
    return mailed


def use_redis(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    redis = Redis.from_url(f"redis://127.0.0.1:{port}/0")
    monkeypatch.setattr(app.queue, "connection", redis)


def starts(order_id: int) -> int:
    with app.sessions() as session:
        return int(session.get_one(app.Order, order_id).starts)


def test_the_job_carries_an_id_and_nothing_else(
    client: TestClient, queued: list[dict[str, Any]]
) -> None:
    assert client.put("/orders/7", json=ANN).status_code == 202
    assert queued[0]["func"] is app.send_receipt
    assert (queued[0]["args"], queued[0]["kwargs"]) == ((7,), {})


def test_the_order_is_committed_before_the_job_is_queued(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int] = []
    monkeypatch.setattr(app.queue, "enqueue_call", lambda **job: found.append(starts(7)))
    client.put("/orders/7", json=ANN)
    assert found == [0]


def test_the_client_is_told_that_redis_is_down(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    use_redis(monkeypatch, port)
    monkeypatch.setattr(app, "QUEUE_S", 30)
    placed = client.put("/orders/7", json=ANN)
    assert placed.status_code == 503
    assert placed.headers["Retry-After"] == "5"
    assert client.get("/orders/7").json() == {"receipt": "waiting"}


def test_a_redis_that_says_nothing_is_not_waited_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "QUEUE_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        use_redis(monkeypatch, server.getsockname()[1])
        after_all = threading.Timer(6, server.close)
        after_all.start()
        began = time.monotonic()
        placed = client.put("/orders/7", json=ANN)
        took_s = time.monotonic() - began
        after_all.cancel()
    assert placed.status_code == 503
    assert took_s < 4


def test_a_thread_that_waits_for_redis_does_not_wait_for_ever() -> None:
    options = app.redis.connection_pool.connection_kwargs
    assert options["socket_connect_timeout"] <= 5
    assert options["socket_timeout"] <= 5


def test_a_request_that_is_repeated_is_one_order_and_one_receipt(
    client: TestClient, queued: list[dict[str, Any]], mailed: list[str]
) -> None:
    for _ in range(2):
        assert client.put("/orders/7", json=ANN).status_code == 202
        app.send_receipt(7)
    assert mailed == ["ann@example.com"]


def test_whoever_asks_is_told_from_the_database(
    client: TestClient, queued: list[dict[str, Any]], mailed: list[str]
) -> None:
    assert client.get("/orders/7").status_code == 404
    client.put("/orders/7", json=ANN)
    assert client.get("/orders/7").json() == {"receipt": "waiting"}
    app.send_receipt(7)
    assert client.get("/orders/7").json() == {"receipt": "sent"}


def test_a_failed_job_is_tried_again_after_longer_and_longer_waits(
    client: TestClient, queued: list[dict[str, Any]]
) -> None:
    client.put("/orders/7", json=ANN)
    waits = queued[0]["retry"].intervals
    assert len(waits) == queued[0]["retry"].max
    assert all(2 * before <= after for before, after in pairwise(waits))


def test_after_five_starts_it_is_given_up_and_logged(
    client: TestClient,
    queued: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tried: list[int] = []

    def mail_receipt(email: str, order_id: int) -> None:
        tried.append(order_id)
        raise ConnectionError("the mail server is down")

    monkeypatch.setattr(app, "mail_receipt", mail_receipt)
    client.put("/orders/7", json=ANN)
    for _ in range(1 + queued[0]["retry"].max):
        with suppress(ConnectionError):
            app.send_receipt(7)
    assert len(tried) == 5
    assert client.get("/orders/7").json() == {"receipt": "given up"}
    assert "the receipt of order 7 is given up" in caplog.text


def test_a_start_is_counted_even_if_the_worker_dies_in_it(
    client: TestClient, queued: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    monkeypatch.setattr(app, "mail_receipt", lambda email, order_id: counted.append(starts(7)))
    client.put("/orders/7", json=ANN)
    app.send_receipt(7)
    assert counted == [1]


def test_the_job_has_a_time_limit_of_its_own(
    client: TestClient, queued: list[dict[str, Any]]
) -> None:
    client.put("/orders/7", json=ANN)
    assert queued[0]["timeout"] == app.JOB_S == 60


def test_redis_keeps_what_failed_for_a_week_and_forgets_what_is_done(
    client: TestClient, queued: list[dict[str, Any]]
) -> None:
    client.put("/orders/7", json=ANN)
    assert queued[0]["failure_ttl"] == 7 * 24 * 60 * 60
    assert queued[0]["result_ttl"] == 0
