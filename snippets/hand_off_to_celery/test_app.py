import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from celery.contrib.testing.worker import start_worker
from celery.exceptions import SoftTimeLimitExceeded
from fastapi.testclient import TestClient
from kombu.connection import Connection
from sqlalchemy import create_engine

import app

ANN = {"email": "ann@example.com"}


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("CELERY_BROKER_URL", "memory://")
    monkeypatch.setattr(app, "engine", create_engine(f"sqlite:///{tmp_path}/orders.db"))
    app.sessions.configure(bind=app.engine)
    app.celery_app.control.purge()
    with TestClient(app.app) as client:
        yield client


def use_broker(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    options = app.celery_app.conf.broker_transport_options
    broker = Connection(f"redis://127.0.0.1:{port}/0", transport_options=options)
    delay = partial(app.send_receipt.apply_async, connection=broker)
    monkeypatch.setattr(app.send_receipt, "delay", lambda order_id: delay((order_id,)))


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch, client: TestClient) -> list[str]:
    mailed: list[str] = []
    monkeypatch.setattr(app, "mail_receipt", lambda email, order_id: mailed.append(email))
    return mailed


def starts(order_id: int) -> int:
    with app.sessions() as session:
        return int(session.get_one(app.Order, order_id).starts)


def test_a_worker_sends_the_receipt(client: TestClient, mailed: list[str]) -> None:
    placed = client.put("/orders/7", json=ANN)
    assert placed.status_code == 202
    with start_worker(app.celery_app, pool="solo", perform_ping_check=False):
        deadline = time.monotonic() + 10
        while not mailed and time.monotonic() < deadline:
            time.sleep(0.05)
    assert mailed == ["ann@example.com"]


def test_the_message_carries_an_id_and_nothing_else(client: TestClient) -> None:
    client.put("/orders/7", json=ANN)
    with app.celery_app.connection() as connection:
        arguments, keywords, _ = connection.SimpleQueue("celery").get(timeout=5).payload
    assert (arguments, keywords) == ([7], {})


def test_the_order_is_committed_before_the_job_is_queued(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int] = []
    monkeypatch.setattr(app.send_receipt, "delay", lambda order_id: found.append(starts(order_id)))
    client.put("/orders/7", json=ANN)
    assert found == [0]


def test_the_client_is_told_that_the_broker_is_down(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    use_broker(monkeypatch, port)
    monkeypatch.setattr(app, "QUEUE_S", 30)
    placed = client.put("/orders/7", json=ANN)
    assert placed.status_code == 503
    assert placed.headers["Retry-After"] == "5"
    assert client.get("/orders/7").json() == {"receipt": "waiting"}


def test_a_broker_that_says_nothing_is_not_waited_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "QUEUE_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        use_broker(monkeypatch, server.getsockname()[1])
        after_all = threading.Timer(8, server.close)
        after_all.start()
        began = time.monotonic()
        placed = client.put("/orders/7", json=ANN)
        took_s = time.monotonic() - began
        after_all.cancel()
    assert placed.status_code == 503
    assert took_s < 4


def test_a_request_that_is_repeated_is_one_order_and_one_receipt(
    client: TestClient, mailed: list[str]
) -> None:
    for _ in range(2):
        assert client.put("/orders/7", json=ANN).status_code == 202
        app.send_receipt.apply([7])
    assert mailed == ["ann@example.com"]


def test_whoever_asks_is_told_from_the_database(client: TestClient, mailed: list[str]) -> None:
    assert client.get("/orders/7").status_code == 404
    client.put("/orders/7", json=ANN)
    assert client.get("/orders/7").json() == {"receipt": "waiting"}
    app.send_receipt.apply([7])
    assert client.get("/orders/7").json() == {"receipt": "sent"}


def waits(monkeypatch: pytest.MonkeyPatch, *errors: Exception) -> list[float]:
    failures = list(errors)
    waits: list[float] = []
    retry = app.send_receipt.retry

    def mail_receipt(email: str, order_id: int) -> None:
        if failures:
            raise failures.pop(0)

    def noted(**options: object) -> object:
        waits.append(float(str(options["countdown"])))
        return retry(**options)

    monkeypatch.setattr(app, "mail_receipt", mail_receipt)
    monkeypatch.setattr(app.send_receipt, "retry", noted)
    monkeypatch.setattr("celery.utils.time.random.randrange", lambda limit: limit - 1)
    return waits


def test_a_failed_mail_is_tried_again_after_longer_and_longer_waits(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.put("/orders/7", json=ANN)
    waited = waits(monkeypatch, ConnectionError(), TimeoutError(), ValueError())
    app.send_receipt.apply([7])
    assert waited == [2, 4, 8]
    assert client.get("/orders/7").json() == {"receipt": "sent"}


def test_a_job_that_takes_too_long_is_tried_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.put("/orders/7", json=ANN)
    waited = waits(monkeypatch, SoftTimeLimitExceeded())
    app.send_receipt.apply([7])
    assert app.celery_app.conf.task_soft_time_limit == 60
    assert len(waited) == 1
    assert client.get("/orders/7").json() == {"receipt": "sent"}


def test_after_five_starts_it_is_given_up_and_logged(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client.put("/orders/7", json=ANN)
    waited = waits(monkeypatch, *[ConnectionError()] * 9)
    app.send_receipt.apply([7])
    assert len(waited) == 5
    assert client.get("/orders/7").json() == {"receipt": "given up"}
    assert "the receipt of order 7 is given up" in caplog.text


def test_a_start_is_counted_even_if_the_worker_dies_in_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    monkeypatch.setattr(app, "mail_receipt", lambda email, order_id: counted.append(starts(7)))
    client.put("/orders/7", json=ANN)
    app.send_receipt.apply([7])
    assert counted == [1]


def test_the_settings_are_those_with_which_a_killed_worker_lost_nothing(client: TestClient) -> None:
    settings = app.celery_app.conf
    assert settings.task_acks_late is True
    assert settings.task_reject_on_worker_lost is True
    assert settings.worker_prefetch_multiplier == 1
    assert settings.broker_transport_options["unacked_restore_interval"] == 2
    assert settings.broker_transport_options["unacked_restore_throttle"] == 1


def test_no_job_and_no_wait_is_longer_than_its_message_is_hidden(client: TestClient) -> None:
    settings = app.celery_app.conf
    hidden_s = settings.broker_transport_options["visibility_timeout"]
    assert settings.task_soft_time_limit < hidden_s
    assert app.send_receipt.retry_backoff_max < hidden_s
