import asyncio
import math
import threading
import time
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import BackgroundTasks
from fastapi.testclient import TestClient

import app

PATIENCE_S = 5.0
ADDRESS = "ann@example.com"
ORDER = {"address": ADDRESS}
RECEIPT = (ADDRESS, "receipt of order 7")


# --8<-- [start:fakes]
class FakeClock(app.Clock):
    def __init__(self) -> None:
        self.time = 0.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds


class FakeMailer(app.Mailer):
    def __init__(self, failures: float = 0) -> None:
        self.failures = failures
        self.sent: list[tuple[str, str]] = []

    async def send(self, address: str, text: str) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise ConnectionError("the mail server is down")
        self.sent.append((address, text))


class FakePrinter(app.Printer):
    def __init__(self) -> None:
        self.printed: list[int] = []
        self.started, self.may_end = threading.Event(), threading.Event()
        self.may_end.set()

    def print_label(self, order: int) -> None:
        self.started.set()
        if not self.may_end.wait(PATIENCE_S):
            raise TimeoutError("nobody let the printer end")
        self.printed.append(order)


@dataclass
class Fakes:
    clock: FakeClock = field(default_factory=FakeClock)
    mailer: FakeMailer = field(default_factory=FakeMailer)
    printer: FakePrinter = field(default_factory=FakePrinter)


@pytest.fixture
def fakes() -> Iterator[Fakes]:
    made = Fakes()
    app.app.dependency_overrides = {
        app.get_clock: lambda: made.clock,
        app.get_mailer: lambda: made.mailer,
        app.get_printer: lambda: made.printer,
    }
    yield made
    made.printer.may_end.set()
    app.app.dependency_overrides = {}


# --8<-- [end:fakes]
# --8<-- [start:like_a_server]
@asynccontextmanager
async def like_a_server() -> AsyncIterator[httpx.AsyncClient]:
    calls: list[asyncio.Task[None]] = []

    async def until_answered(scope: Any, receive: Any, send: Any) -> None:
        async def tell(message: MutableMapping[str, Any]) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.set()

        answered = asyncio.Event()
        calls.append(asyncio.create_task(app.app(scope, receive, tell)))
        calls[-1].add_done_callback(lambda _: answered.set())
        await answered.wait()

    transport = httpx.ASGITransport(app=until_answered)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
    await asyncio.gather(*calls)


def test_the_answer_comes_before_the_first_task(fakes: Fakes) -> None:
    async def ann() -> None:
        fakes.printer.may_end.clear()
        async with like_a_server() as client:
            answer = await client.post("/orders/7", json=ORDER)
            assert answer.status_code == 202
            assert not fakes.printer.printed
            fakes.printer.may_end.set()
        assert fakes.printer.printed == [7]

    asyncio.run(ann())


# --8<-- [end:like_a_server]
# --8<-- [start:real_server]
@contextmanager
def real_server() -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app.app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def test_on_a_real_server_too_the_answer_comes_first(fakes: Fakes) -> None:
    fakes.printer.may_end.clear()
    with real_server() as url:
        answer = httpx.post(f"{url}/orders/7", json=ORDER, timeout=2 * PATIENCE_S)
        assert answer.status_code == 202
        assert not fakes.printer.printed
        fakes.printer.may_end.set()
    assert fakes.mailer.sent == [RECEIPT]


# --8<-- [end:real_server]
# --8<-- [start:does_not_block]
def test_a_label_that_is_being_printed_blocks_nobody(fakes: Fakes) -> None:
    async def ann_and_bob() -> None:
        fakes.printer.may_end.clear()
        async with like_a_server() as client:
            await client.post("/orders/7", json=ORDER)
            await asyncio.to_thread(fakes.printer.started.wait, PATIENCE_S)
            assert (await client.get("/ping")).json() == "pong"
            assert not fakes.printer.printed
            fakes.printer.may_end.set()

    asyncio.run(ann_and_bob())


# --8<-- [end:does_not_block]
# --8<-- [start:scheduled]
def test_an_order_schedules_its_label_and_then_its_receipt() -> None:
    tasks, clock, mailer, printer = BackgroundTasks(), app.Clock(), app.Mailer(), app.Printer()
    asyncio.run(app.place(7, app.Order(address=ADDRESS), tasks, mailer, printer, clock))
    assert [(task.func, task.args) for task in tasks.tasks] == [
        (app.print_label, (7, printer)),
        (app.send_receipt, (7, ADDRESS, mailer, clock)),
    ]


# --8<-- [end:scheduled]
# --8<-- [start:end_to_end]
def test_the_label_is_printed_and_the_receipt_sent(fakes: Fakes) -> None:
    TestClient(app.app).post("/orders/7", json=ORDER)
    assert fakes.printer.printed == [7]
    assert fakes.mailer.sent == [RECEIPT]


def test_the_label_is_printed_even_if_no_receipt_can_be_sent(fakes: Fakes) -> None:
    fakes.mailer.failures = math.inf
    with pytest.raises(ConnectionError):
        TestClient(app.app).post("/orders/7", json=ORDER)
    assert fakes.printer.printed == [7]


def test_a_receipt_that_fails_does_not_fail_the_order(fakes: Fakes) -> None:
    fakes.mailer.failures = math.inf
    client = TestClient(app.app, raise_server_exceptions=False)
    assert client.post("/orders/7", json=ORDER).status_code == 202


# --8<-- [end:end_to_end]
# --8<-- [start:time]
def test_a_receipt_is_tried_again_after_1_2_and_4_seconds() -> None:
    clock, mailer = FakeClock(), FakeMailer(failures=3)
    asyncio.run(app.send_receipt(7, ADDRESS, mailer, clock))
    assert clock.waits == [1, 2, 4]
    assert mailer.sent == [RECEIPT]


def test_after_an_hour_it_gives_up_and_raises_the_error(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    with pytest.raises(ConnectionError):
        asyncio.run(app.send_receipt(7, ADDRESS, FakeMailer(math.inf), clock))
    assert app.GIVE_UP_AFTER_S / 2 < clock.time <= app.GIVE_UP_AFTER_S
    assert caplog.messages == ["receipt of order 7: given up"]
    # --8<-- [end:time]
