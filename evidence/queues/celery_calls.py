"""What `.delay()` and its result cost the program that calls them."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from evidence.environments import environment, versions
from evidence.probes import probe
from evidence.processes import free_port, happens, python_program, workshop
from evidence.queues.tools import (
    SNIPPETS,
    Web,
    Workplace,
    about,
    celery_versions,
    installed,
    repeat,
    same,
    seconds,
    workplace,
)
from evidence.rows import Finding


def _printed(place: Workplace, name: str) -> list[float] | list[str]:
    with place.python([name]) as program:
        program.ends()
        found: list[float] | list[str] = json.loads(program.output.splitlines()[-1])
        return found


@probe(watches_s=15, needs=["redis-server"])
def first_call() -> Iterator[Finding]:
    """A process's first `.delay()`, which imports the transport and connects, and its second."""
    with workplace() as place:
        took = repeat(lambda: [float(one) for one in _printed(place, "first_call.py")], 5)
    yield about(
        "celery-first-delay",
        celery_versions(),
        {
            "first_call_s": seconds([one[0] for one in took]),
            "second_call_s": [round(one[1], 4) for one in took],
        },
        runs=5,
    )


@probe(watches_s=10, needs=["redis-server"])
def no_result_backend() -> Iterator[Finding]:
    """`.get()` and `.status` of a job, when no result backend is configured."""
    with workplace() as place:
        get, status = _printed(place, "results.py")
    yield about(
        "celery-no-result-backend",
        celery_versions(),
        {"get_raises": get, "status_raises": status},
    )


@probe(watches_s=15)
def celery_without_redis() -> Iterator[Finding]:
    """Celery as `pip install celery` gives it, with a Redis as broker."""
    yield about(
        "celery-without-redis-extra",
        versions("celery-alone", ["celery", "kombu"]),
        {
            "raises": _last_line("celery-alone"),
            "raises_where_packaging_is_installed": _last_line("celery-packaging"),
        },
    )


def _last_line(name: str) -> str:
    """The error with which the page's snippet refuses to queue a job in an environment."""
    call = "import wrong_celery; wrong_celery.train_ml_model.delay('churn')"
    with workshop() as folder:
        shutil.copy(SNIPPETS / "wrong_celery.py", folder)
        with python_program(["-c", call], folder, environment(name)) as program:
            program.ends()
            return program.output.splitlines()[-1]


def _pings(web: Web, place: Workplace, path: str, number: int) -> tuple[float, float, int]:
    """Seconds of a ping that is sent while `.delay()` runs, seconds of the call, its status."""

    def delay() -> tuple[float, int]:
        began = time.perf_counter()
        answer = httpx.post(f"{web.url}/{path}", timeout=60)
        return time.perf_counter() - began, answer.status_code

    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(delay)
        place.await_marks("calls delay", number)
        began = time.perf_counter()
        httpx.get(f"{web.url}/ping", timeout=60)
        ping_s = time.perf_counter() - began
        return ping_s, *call.result()


@probe(watches_s=20, needs=["redis-server"])
def failed_job() -> Iterator[Finding]:
    """A job that raises, with default settings."""
    watched_s = 8

    def tries() -> int:
        with workplace() as place, place.worker() as worker:
            place.send("fails", -1)
            worker.says("raised unexpected: ValueError")
            happens(lambda: len(place.marks("started fails")) > 1, watched_s)
            return len(place.marks("started fails"))

    yield about(
        "celery-failed-job",
        celery_versions(),
        {"tries": same(repeat(tries, 3, at_once=3)), "watched_s": watched_s},
        runs=3,
    )


@probe(watches_s=30, needs=["redis-server"])
def concurrency() -> Iterator[Finding]:
    """Three jobs of 2 s, in a worker with one child process and in one with three."""

    def took(children: int) -> float:
        with workplace() as place, place.worker("-c", str(children)):
            for _ in range(3):
                place.send("job", 2)
            return place.await_marks("finished job", 3) - place.marks("started job")[0]

    yield about(
        "celery-concurrency",
        celery_versions(),
        {
            "with_1_child_s": seconds(repeat(lambda: took(1), 3, at_once=3)),
            "with_3_children_s": seconds(repeat(lambda: took(3), 3, at_once=3)),
            "task_s": 2,
        },
        runs=3,
    )


@probe(watches_s=20, needs=["redis-server"])
def broker_down() -> Iterator[Finding]:
    """`.delay()` with nobody at the broker's port, from `async def` and from `def`."""
    for path in ("delay-in-async-def", "delay-in-def"):
        with workplace() as there:
            place = Workplace(there.folder, f"redis://127.0.0.1:{free_port()}/0")
            with place.web() as web:
                httpx.get(f"{web.url}/ping")
                found = [_pings(web, place, path, number) for number in (1, 2, 3)]
                raised = _raised(web.program.log)
        yield about(
            f"celery-broker-down-{path.removeprefix('delay-in-')}",
            celery_versions() | installed("fastapi", "uvicorn"),
            {
                "ping_s": [round(one[0], 3) for one in found],
                "call_s": seconds([one[1] for one in found]),
                "status": same([one[2] for one in found]),
                "raises": raised,
            },
            runs=3,
        )


def _raised(log: Path) -> str:
    lines = log.read_text("utf-8").splitlines()
    line = next(line for line in reversed(lines) if "OperationalError: " in line)
    return re.sub(r"127\.0\.0\.1:\d+", "…", line)  # the port is another each time
