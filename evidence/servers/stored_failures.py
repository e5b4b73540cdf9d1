"""The pattern "failed-task-store" in several processes, some of which are killed."""

import contextlib
import signal
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import httpx

from evidence.probes import probe
from evidence.processes import Program, free_port, happens, until, workshop
from evidence.repeating import repeat, same, seconds
from evidence.rows import Finding, Value
from evidence.serving import APPS, PATIENCE_S

PAGE = "failed-task-store"
TASKS, WORKERS = 20, 2
LIMIT_S, WATCHED_S = 3, 10


@contextlib.contextmanager
def _web(folder: Path, workers: int, wait_s: int) -> Iterator[tuple[Program, str]]:
    """A uvicorn whose workers share a table in this folder."""
    port = free_port()
    command = ["-m", "uvicorn", "stored_failures:app", "--port", str(port)]
    told = {"PYTHONPATH": str(APPS), "TASK_WAIT_S": str(wait_s), "TASK_LIMIT_S": str(LIMIT_S)}
    options = ["--workers", str(workers)] if workers > 1 else []
    with Program([sys.executable, *command, *options], folder, told) as web:
        started = "Application startup complete."
        until(lambda: web.output.count(started) == workers, PATIENCE_S, f"the start of {web}")
        yield web, f"http://127.0.0.1:{port}"


def _ask(url: str, name: str, seconds: float, failures: int) -> None:
    httpx.post(f"{url}/do/{name}", params={"seconds": seconds, "failures": failures})


def _starts(folder: Path, name: str) -> list[str]:
    """The ids of the processes that have started a task, in their order."""
    file = folder / f"starts-{name}"
    return file.read_text("ascii").split() if file.is_file() else []


def _shared() -> dict[str, Value]:
    """Tasks that all fail once and are due again at about the same time."""
    names = [f"task{n}" for n in range(TASKS)]
    with workshop() as folder, _web(folder, WORKERS, wait_s=3) as (_, url):
        for name in names:
            _ask(url, name, seconds=0.2, failures=1)
        done = [folder / f"finished-{name}" for name in names]
        until(lambda: all(file.exists() for file in done), PATIENCE_S, "the end of all tasks")
        time.sleep(2 * LIMIT_S + 1)  # a row that was claimed and forgotten would be due by now
        starts = {name: _starts(folder, name) for name in names}
    return {
        "tasks": TASKS,
        "retries": sum(len(pids) - 1 for pids in starts.values()),
        "tasks_started_more_than_twice": sum(len(pids) > 2 for pids in starts.values()),
        "both_workers_retried": len({pids[1] for pids in starts.values()}) == WORKERS,
    }


@probe(watches_s=40)
def retried_by_two_workers() -> Iterator[Finding]:
    """Whether two workers try the same row."""
    question = {
        "zh": f"{TASKS} 个任务各失败一次，{WORKERS} 个 worker 共用一张表：各重试几次？",
        "en": f"{TASKS} tasks fail once each, {WORKERS} workers share the table: how many retries?",
    }
    result = same(repeat(_shared, 3))
    yield Finding("failed-task-store-two-workers", PAGE, question, _versions(), result, 3)


def _killed_in_try(number: int) -> tuple[bool, float]:
    """Whether a task starts again after SIGKILL in its try `number`, and how long after it."""
    name = "killed"
    with workshop() as folder:
        with _web(folder, 1, wait_s=2) as (web, url):
            _ask(url, name, seconds=2, failures=number)
            until(lambda: len(_starts(folder, name)) == number, PATIENCE_S, "the try")
            web.send(signal.SIGKILL)
            web.ends()
        killed = time.monotonic()
        with _web(folder, 1, wait_s=2):
            again = happens(lambda: len(_starts(folder, name)) > number, WATCHED_S)
            return again, time.monotonic() - killed


@probe(watches_s=60)
def killed_in_a_try() -> Iterator[Finding]:
    """The process is killed in the first try of a task, and in the second."""
    first = repeat(lambda: _killed_in_try(1), 3, at_once=3)
    second = repeat(lambda: _killed_in_try(2), 3, at_once=3)
    question = {
        "zh": "第一次执行时、重试时，进程收到 SIGKILL 再重启：任务还会执行吗？",
        "en": "SIGKILL to the process in a task's first try, and in a retry, then a restart: "
        "does the task run again?",
    }
    result: dict[str, Value] = {
        "first_try_run_again": same([again for again, _ in first]),
        "retry_run_again": same([again for again, _ in second]),
        "retry_run_again_after_s": seconds([after_s for _, after_s in second]),
        "limit_s": LIMIT_S,
        "watched_s": WATCHED_S,
    }
    yield Finding("failed-task-store-killed", PAGE, question, _versions(), result, 3)


def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("fastapi", "sqlalchemy", "aiosqlite", "uvicorn")}
