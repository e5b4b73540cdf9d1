"""Background tasks in a real uvicorn: how long they may run, and what ends them."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx

from evidence.probes import probe
from evidence.queues.tools import (
    Web,
    about,
    celery_versions,
    installed,
    repeat,
    same,
    seconds,
    workplace,
)
from evidence.rows import Finding

WEB = ("fastapi", "starlette", "uvicorn")


def _add(web: Web, kind: str, seconds_each: float, name: str = "task") -> None:
    params: dict[str, str | float] = {"name": name, "seconds": seconds_each}
    httpx.post(f"{web.url}/{kind}", params=params).raise_for_status()


@probe(watches_s=50, needs=["redis-server"])
def long_tasks() -> Iterator[Finding]:
    """Tasks of 35 s: is there a limit of 30 s anywhere?"""
    task_s = 35
    with workplace() as place, place.web() as web:
        _add(web, "async-task", task_s, "async")
        _add(web, "def-task", task_s, "def")
        ended = [place.finishes(name, task_s + 5) for name in ("async", "def")]
    yield about(
        "uvicorn-35-s-tasks",
        installed(*WEB),
        {"async_def_finished": ended[0], "def_finished": ended[1], "task_s": task_s},
    )


@probe(watches_s=40, needs=["redis-server"])
def stopped_web_process() -> Iterator[Finding]:
    """SIGTERM in the middle of a task, without and with a limit to the graceful shutdown."""
    limited = ("--timeout-graceful-shutdown", "1")
    for row_id, options in (("uvicorn-sigterm", ()), ("uvicorn-sigterm-limit", limited)):
        found = repeat(partial(_stopped, options), 3)
        result = {
            "async_def_finished": same([one[0] for one in found]),
            "def_finished": same([one[1] for one in found]),
            "exit_after_s": seconds([one[2] for one in found]),
            "task_s": 3,
        }
        yield about(row_id, installed(*WEB), result, 3)


def _stopped(options: tuple[str, ...]) -> tuple[bool, bool, float]:
    with workplace() as place, place.web(*options) as web:
        for kind in ("async", "def"):
            _add(web, f"{kind}-task", 3, kind)
            place.await_marks(f"started {kind}")
        web.program.send(signal.SIGTERM)
        took = web.program.ends()
        return bool(place.marks("finished async")), bool(place.marks("finished def")), took


@probe(watches_s=40, needs=["redis-server"])
def killed_web_process() -> Iterator[Finding]:
    """SIGKILL right after the response, with a background task begun and a job queued."""
    watched_s = 10
    found = repeat(partial(_killed, watched_s), 3, at_once=3)
    result = {
        "background_task_finished": same([one[0] for one in found]),
        "queued_job_finished": same([one[1] for one in found]),
        "watched_s": watched_s,
    }
    yield about("web-process-kill", celery_versions() | installed(*WEB), result, 3)


def _killed(watched_s: float) -> tuple[bool, bool]:
    with workplace() as place:
        with place.web() as web:
            httpx.post(f"{web.url}/delay-in-def").raise_for_status()
            _add(web, "def-task", 3)
            place.await_marks("started task")
            web.program.send(signal.SIGKILL)
            web.program.ends()
        with place.web(), place.worker():
            done = place.finishes("job", watched_s)
            return place.finishes("task", watched_s), done


@probe(watches_s=60, needs=["redis-server"])
def full_thread_pool() -> Iterator[Finding]:
    """A `def` endpoint, when `def` tasks of 4 s hold 39 or 40 threads."""
    with_39, with_40 = (repeat(partial(_pings_with, tasks), 3) for tasks in (39, 40))
    yield about(
        "def-tasks-fill-the-pool",
        installed("anyio", *WEB),
        {
            "with_39_tasks_s": seconds([one[0] for one in with_39]),
            "with_40_tasks_s": seconds([one[0] for one in with_40]),
            "async_endpoint_with_40_tasks_s": seconds([one[1] for one in with_40]),
            "task_s": 4,
        },
        runs=3,
    )


def _pings_with(tasks: int) -> tuple[float, float]:
    """Seconds that a `def` and an `async def` endpoint take while so many tasks run."""
    with workplace() as place, place.web() as web:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: _add(web, "def-task", 4, "x"), range(tasks)))
        place.await_marks("started x", tasks)
        free = _get(web, "ping")
        return _get(web, "ping-in-def"), free


def _get(web: Web, path: str) -> float:
    began = time.perf_counter()
    httpx.get(f"{web.url}/{path}", timeout=30).raise_for_status()
    return time.perf_counter() - began
