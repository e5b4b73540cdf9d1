"""Celery beside asyncio: a broker that says nothing, a backend, and jobs that run coroutines."""

import contextlib
import re
import shutil
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from celery import Celery

from evidence.probes import probe
from evidence.processes import Program, free_port, happens, workshop
from evidence.queues.tools import (
    APPS,
    QUESTIONS,
    Web,
    Workplace,
    celery_versions,
    installed,
    repeat,
    seconds,
    workplace,
)
from evidence.rows import Finding

CLAIM = "celery-from-async"
_WATCHED_S = 20
_LIMITED = {"broker_transport_options": {"socket_connect_timeout": 1, "socket_timeout": 1}}


def _about(row_id: str, result: dict[str, Any], runs: int = 1) -> Finding:
    versions = celery_versions() | installed("fastapi", "uvicorn", "httpx")
    return Finding(row_id, CLAIM, QUESTIONS[row_id], versions, result, runs)


@contextlib.contextmanager
def _silent_port() -> Iterator[int]:
    """A port at which connections are taken and nothing is ever answered."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server.getsockname()[1]


@contextlib.contextmanager
def _serving(place: Workplace, app: str = "web:app", **settings: Any) -> Iterator[Web]:
    port = free_port()
    command = ["-m", "uvicorn", app, "--port", str(port)]
    with place.python(command, **settings) as program:
        program.says("Uvicorn running on")
        yield Web(program, f"http://127.0.0.1:{port}")


@contextlib.contextmanager
def _away_from(port: int) -> Iterator[Workplace]:
    """A folder with the apps, and a broker's address at which there is no Redis."""
    with workshop() as folder:
        for file in APPS.glob("*.py"):
            shutil.copy(file, folder)
        yield Workplace(folder, f"redis://127.0.0.1:{port}/0")


def _call(place: Workplace, path: str, **settings: Any) -> tuple[float, float]:
    """Seconds of a call that queues a job, and of a ping meanwhile; as long as watched at most."""
    with _serving(place, **settings) as web, ThreadPoolExecutor(1) as pool:
        httpx.get(f"{web.url}/ping")
        before = len(place.marks("calls delay"))
        call = pool.submit(_took, "POST", f"{web.url}/{path}")
        place.await_marks("calls delay", before + 1)
        return _took("GET", f"{web.url}/ping"), call.result()


def _took(method: str, url: str) -> float:
    began = time.perf_counter()
    with contextlib.suppress(httpx.ReadTimeout):
        httpx.request(method, url, timeout=_WATCHED_S)
    return time.perf_counter() - began


@probe(watches_s=60)
def silent_broker() -> Iterator[Finding]:
    """`.delay()` while the broker takes the connection and says nothing, as behind a firewall."""
    with _silent_port() as port, _away_from(port) as place:
        ping_s, call_s = _call(place, "delay-in-async-def")
        answers = {"ping_answered": ping_s < _WATCHED_S, "call_answered": call_s < _WATCHED_S}
        yield _about("celery-broker-silent", answers | {"watched_s": _WATCHED_S})
        found = repeat(lambda: _call(place, "delay-in-async-def", **_LIMITED), 3)
    limited = {"ping_s": seconds([p for p, _ in found]), "call_s": seconds([c for _, c in found])}
    settings = {"socket_timeout_s": 1, "socket_connect_timeout_s": 1}
    yield _about("celery-broker-silent-limited", limited | settings, runs=3)


@probe(watches_s=110)
def broker_down_with_backend() -> Iterator[Finding]:
    """`.delay()` with nobody at the port of the broker, which keeps the results, too."""
    with _away_from(free_port()) as place:
        backend = {"result_backend": place.broker}
        found = repeat(lambda: _call(place, "delay-in-async-def", **backend), 2)
        ignored = {**backend, "task_ignore_result": True}
        others = repeat(lambda: _call(place, "delay-in-async-def", **ignored), 2)
    yield _about(
        "celery-broker-down-with-backend",
        {
            "ping_s": seconds([ping_s for ping_s, _ in found]),
            "ping_results_ignored_s": seconds([ping_s for ping_s, _ in others]),
        },
        runs=2,
    )


@probe(watches_s=60, needs=["redis-server"])
def coroutines() -> Iterator[Finding]:
    """Jobs that run a coroutine, twice in one worker process."""
    with workplace() as place, place.web() as web:
        with place.worker(app="async_jobs:celery_app") as worker:
            yield _about("celery-asyncio-run", _twice(place, worker, f"{web.url}/ping"))
            _queue(place, "async_def")
            worker.says("coroutine 'async_def' was never awaited")
            succeeded = happens(lambda: _succeeded(worker, "async_def"), 10)
            ran: dict[str, Any] = {"job_ran": bool(place.marks("finished async"))}
            ran["job_succeeded"] = succeeded
        with place.worker(app="async_jobs:celery_app", result_backend=place.broker) as worker:
            _queue(place, "async_def")
            worker.says("EncodeError")
            ran |= {"with_backend_raises": _last(worker, "EncodeError")}
    yield _about("celery-async-def-job", ran)


def _queue(place: Workplace, name: str, *arguments: str) -> None:
    with Celery(broker=place.broker, set_as_current=False) as app:
        app.send_task(f"async_jobs.{name}", args=arguments)


def _twice(place: Workplace, worker: Program, url: str) -> dict[str, Any]:
    for kind in ("own", "shared"):
        _queue(place, f"with_{kind}_client", url)
        place.await_marks(f"finished {kind}")
    _queue(place, "with_shared_client", url)
    worker.says("raised unexpected")
    _queue(place, "with_own_client", url)
    place.await_marks("finished own", 2)
    return {
        "shared_client_second_finished": len(place.marks("finished shared")) > 1,
        "shared_client_second_raises": _last(worker, "RuntimeError: "),
        "own_client_second_finished": len(place.marks("finished own")) > 1,
    }


def _succeeded(worker: Program, name: str) -> bool:
    return bool(re.search(rf"async_jobs\.{name}\[[^]]*\] succeeded", worker.output))


def _last(program: Program, words: str) -> str:
    return [line for line in program.output.splitlines() if words in line][-1].strip()
