"""What the page "celery-from-async" says, as assertions."""

import asyncio
import contextlib
import gc
import inspect
import re
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from celery import Celery
from fastapi.concurrency import run_in_threadpool
from kombu.exceptions import EncodeError, OperationalError
from kombu.serialization import dumps
from kombu.transport.redis import Channel

from recorder import Timeline

Play = Callable[[str], Timeline]
PAGE = Path(__file__).parents[2] / "docs" / "en" / "celery-from-async.md"


def bob_is_received_when_he_asks(timeline: Timeline) -> bool:
    """The invariant: nobody waits for the call that queues somebody else's job."""
    return timeline.at("request.received", visitor="bob") == 0.5


def test_in_async_def_bob_waits_until_anns_job_is_queued(wrong: Timeline) -> None:
    assert not bob_is_received_when_he_asks(wrong)
    assert wrong.at("request.received", visitor="bob") == 2.0


def test_in_def_bob_is_received_at_once_and_ann_still_waits(right: Timeline) -> None:
    assert bob_is_received_when_he_asks(right)
    assert right.at("response.finished", visitor="ann") == 2.0


def test_a_background_task_queues_it_in_a_thread_and_ann_hears_of_no_failure(play: Play) -> None:
    timeline = play("in_background")
    assert bob_is_received_when_he_asks(timeline)
    assert timeline.response("ann").status == 200
    assert timeline.at("response.finished", visitor="ann") == 0.0
    assert timeline.at("task.failed", "delay") == 2.0


def do_nothing() -> None:
    """A job."""


def test_neither_delay_nor_apply_async_nor_send_task_is_a_coroutine_function() -> None:
    with Celery(set_as_current=False) as celery_app:
        job = celery_app.task(do_nothing)
        for call in (job.delay, job.apply_async, celery_app.send_task):
            assert not inspect.iscoroutinefunction(call)


def test_a_connection_that_is_refused_is_tried_three_more_times() -> None:
    with Celery(set_as_current=False) as celery_app:
        assert celery_app.conf.task_publish_retry
        assert celery_app.conf.task_publish_retry_policy["max_retries"] == 3


@pytest.fixture
def silent_broker() -> Iterator[str]:
    """It accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_a_socket_timeout_ends_the_waiting_for_a_silent_broker(silent_broker: str) -> None:
    assert Channel.socket_timeout is None
    with Celery(broker=silent_broker, set_as_current=False) as celery_app:
        celery_app.conf.broker_transport_options = {"socket_timeout": 0.01}
        with pytest.raises(OperationalError):
            celery_app.task(do_nothing).delay()


def test_run_in_threadpool_runs_the_call_in_another_thread() -> None:
    there = asyncio.run(run_in_threadpool(threading.get_ident))
    assert there != threading.get_ident()


class KeepsConnections(BaseHTTPRequestHandler):
    """Answers 200 and leaves the connection open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def handle(self) -> None:
        with contextlib.suppress(ConnectionResetError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), KeepsConnections) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def listings_of_the_page() -> tuple[str, str]:
    """The job that fails, and the coroutine that mends it."""
    found = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    job = next(one for one in found if "@celery_app.task" in one)
    return job, next(one for one in found if one.startswith("async def fetch"))


def check_of(*listings: str) -> Any:
    """The task `check`, once the page's listings have run."""
    known: dict[str, Any] = {"asyncio": asyncio, "httpx": httpx}
    known["celery_app"] = Celery(set_as_current=False)
    for listing in listings:
        exec(listing, known)
    return known["check"]


# What the closed loop has left behind can't be closed properly any more: that is the lesson.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_client_that_outlives_its_loop_fails_the_second_time(url: str) -> None:
    job, _ = listings_of_the_page()
    check = check_of(job)
    assert check(url) == 200
    with pytest.raises(RuntimeError, match=r"^Event loop is closed$"):
        check(url)
    del check
    gc.collect()  # now, while its warnings are expected


def test_a_client_made_inside_the_coroutine_works_each_time(url: str) -> None:
    check = check_of(*listings_of_the_page())
    assert [check(url), check(url)] == [200, 200]


def test_a_task_that_is_async_def_gives_a_coroutine_that_nobody_awaits() -> None:
    with Celery(set_as_current=False) as celery_app:

        @celery_app.task
        async def job() -> None:
            raise AssertionError("this runs")

        result = job.apply()
        assert result.successful()
        assert inspect.iscoroutine(result.result)
        with pytest.raises(EncodeError, match="Object of type coroutine is not JSON serializable"):
            dumps(result.result, celery_app.conf.result_serializer)
        result.result.close()
