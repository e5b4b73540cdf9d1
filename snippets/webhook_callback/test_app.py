import asyncio
import logging
import runpy
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

import app

Receiver = Callable[..., list[httpx.Request]]


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(app.asyncio, "sleep", sleep)
    return slept


@pytest.fixture
def receiver(sleeps: list[float], monkeypatch: pytest.MonkeyPatch) -> Receiver:
    def make(*answers: Any) -> list[httpx.Request]:
        got: list[httpx.Request] = []

        async def answer(request: httpx.Request) -> httpx.Response:
            got.append(request)
            said = answers[min(len(got), len(answers)) - 1]
            if isinstance(said, Exception):
                raise said
            return said if isinstance(said, httpx.Response) else httpx.Response(said)

        client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        monkeypatch.setattr(app, "client", client)
        return got

    return make


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("INBOX", str(tmp_path / "inbox.db"))
    monkeypatch.setattr(app, "shop_opens", 0)
    return TestClient(app.shop)


def inbox(tmp_path: Path) -> list[Any]:
    return sqlite3.connect(tmp_path / "inbox.db").execute("SELECT id, event FROM inbox").fetchall()


def call_back() -> None:
    asyncio.run(app.call_back("report-7-ready", {"type": "report.ready"}))


def signed(body: bytes = b'{"n":1}', message_id: str = "m1", age: int = 0) -> dict[str, str]:
    timestamp = str(int(time.time()) - age)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": app.sign(message_id, timestamp, body),
    }


@pytest.mark.parametrize("status", [500, 503, 408, 429])
def test_a_callback_is_sent_again_while_the_receiver_cannot(
    receiver: Receiver, status: int
) -> None:
    got = receiver(status, 204)
    call_back()
    assert len(got) == 2


@pytest.mark.parametrize("error", [httpx.ReadTimeout("slow"), httpx.ConnectError("down")])
def test_a_callback_is_sent_again_after_a_timeout_or_a_lost_connection(
    receiver: Receiver, error: Exception
) -> None:
    got = receiver(error, 204)
    call_back()
    assert len(got) == 2


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410])
def test_a_callback_that_is_refused_is_not_sent_again(
    receiver: Receiver, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    got = receiver(status, 204)
    call_back()
    assert len(got) == 1
    assert "gave up on report-7-ready" in caplog.text


def test_each_wait_is_twice_as_long_as_the_one_before(
    receiver: Receiver, sleeps: list[float]
) -> None:
    receiver(500, 500, 500, 204)
    call_back()
    assert sleeps == [app.WAIT_S, 2 * app.WAIT_S, 4 * app.WAIT_S]


def test_it_gives_up_after_the_last_try_and_logs_it(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    got = receiver(500)
    call_back()
    assert len(got) == app.TRIES
    errors = [line.getMessage() for line in caplog.records if line.levelno == logging.ERROR]
    assert errors == ["gave up on report-7-ready"]


def test_a_receiver_that_drips_does_not_hold_the_task(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(app, "client", httpx.AsyncClient(transport=httpx.MockTransport(hang)))
    monkeypatch.setattr(app, "LIMIT_S", 0.01)
    asyncio.run(asyncio.wait_for(app.call_back("m1", {}), 5))


def test_the_body_of_an_answer_is_not_read(receiver: Receiver) -> None:
    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            raise AssertionError("it was read")
            yield b""

    receiver(httpx.Response(200, stream=Endless()))
    call_back()


def test_all_tries_have_one_id_and_one_body(receiver: Receiver) -> None:
    got = receiver(500, 500, 204)
    call_back()
    assert {request.headers["webhook-id"] for request in got} == {"report-7-ready"}
    assert {request.content for request in got} == {b'{"type": "report.ready"}'}


def test_each_try_is_signed_with_its_own_time(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(1000, 2000))
    monkeypatch.setattr(app, "time", SimpleNamespace(time=lambda: next(seconds)))
    got = receiver(500, 204)
    call_back()
    assert [request.headers["webhook-timestamp"] for request in got] == ["1000", "1001"]
    assert len({request.headers["webhook-signature"] for request in got}) == 2


def test_it_signs_as_the_libraries_of_standard_webhooks_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app, "SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signature = app.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_takes_what_was_sent(
    shop: TestClient, sleeps: list[float], tmp_path: Path
) -> None:
    assert TestClient(app.app).post("/reports/7").status_code == 202
    event = '{"type": "report.ready", "data": {"report": 7}}'
    assert inbox(tmp_path) == [("report-7-ready", event)]


def test_a_report_that_fails_is_called_back_too(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(report: int) -> None:
        raise ValueError("no data")

    monkeypatch.setattr(app, "render", fail)
    got = receiver(204)
    assert TestClient(app.app).post("/reports/7").status_code == 202
    assert [request.headers["webhook-id"] for request in got] == ["report-7-failed"]


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "m2"},
        {"webhook-timestamp": str(int(time.time()) - 1)},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-timestamp": "soon"},
    ],
    ids=["id", "time", "signature", "none", "no number"],
)
def test_a_receiver_refuses_what_is_not_signed_so(
    shop: TestClient, changed: dict[str, str]
) -> None:
    headers = signed() | changed
    assert shop.post("/hooks", content=b'{"n":1}', headers=headers).status_code == 401


def test_a_time_that_int_cannot_read_is_refused() -> None:
    assert not app.is_genuine(signed() | {"webhook-timestamp": "²"}, b'{"n":1}')


def test_a_receiver_refuses_another_body(shop: TestClient) -> None:
    assert shop.post("/hooks", content=b'{"n": 1}', headers=signed()).status_code == 401


@pytest.mark.parametrize("age", [app.FRESH_S + 5, -app.FRESH_S - 5])
def test_a_receiver_refuses_what_was_recorded_and_is_played_again(
    shop: TestClient, age: int
) -> None:
    answer = shop.post("/hooks", content=b'{"n":1}', headers=signed(age=age))
    assert answer.status_code == 401


def test_a_receiver_takes_one_good_signature_of_several(shop: TestClient) -> None:
    headers = signed()
    headers["webhook-signature"] = f"v1,AAAA {headers['webhook-signature']}"
    assert shop.post("/hooks", content=b'{"n":1}', headers=headers).status_code == 204


def test_what_comes_twice_is_stored_once(shop: TestClient, tmp_path: Path) -> None:
    for age in (2, 0):
        answer = shop.post("/hooks", content=b'{"n":1}', headers=signed(age=age))
        assert answer.status_code == 204
    assert inbox(tmp_path) == [("m1", '{"n":1}')]


def test_no_real_address_is_called_with_the_secret_of_the_demo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "https://shop.example/hooks")
    monkeypatch.delenv("WEBHOOK_SECRET", raising=False)
    with pytest.raises(KeyError, match="WEBHOOK_SECRET"):
        runpy.run_path(app.__file__)
