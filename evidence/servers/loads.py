"""What tasks take from a process: its loop, its threads, its one GIL.

The pages "event-loop-blocking", "threadpool-limit", "cpu-bound" and "limit-concurrency".
"""

import os
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import httpx

from evidence.probes import probe
from evidence.processes import ProbeError, happens, until
from evidence.repeating import repeat, same
from evidence.rows import Finding, Value
from evidence.servers.setups import Setup, named
from evidence.serving import APPS, PATIENCE_S, SNIPPETS, Served

RUNS = 3
BLOCKED_S = 3.0
LIMIT = 3
PLACES = 4  # which limit_concurrency/app has by default
PHOTO_S = 3.0
PHOTOS = 100
SETUP = named("uvicorn-httptools")


@probe(watches_s=40)
def blocked_loop() -> Iterator[Finding]:
    """What tells that a task blocks the loop, and where: faulthandler, asyncio's debug mode."""
    os.environ["PYTHONASYNCIODEBUG"] = "1"  # a probe has a process of its own
    for name in ("uvicorn-httptools", "uvicorn-h11"):
        setup = named(name)
        values = same(repeat(partial(_told, setup), RUNS, at_once=RUNS), name)
        found = values | {"task_s": BLOCKED_S}
        yield setup.finding("blocked-loop", "event-loop-blocking", found, RUNS)


def _told(setup: Setup) -> dict[str, Value]:
    with setup.serving(APPS / "blocking.py", ready="") as served:
        _block(served, 1)
        served.program.send(signal.SIGUSR1, to_group=False)
        stack = happens(lambda: 'blocking.py", line' in served.log, 2)
        names = all(f"in {name}" in served.log for name in ("smtp_send", "send_email"))
        by_variable = happens(lambda: _slow(served.log), BLOCKED_S + 3)
        served.post("/debug")
        _block(served, 2)
        by_loop = happens(lambda: _slow(served.log), BLOCKED_S + 3)
        line = _slow(served.log)
        return {
            "stack_written": stack,
            "stack_names_the_functions": names,
            "variable_logs_it": by_variable,
            "set_debug_logs_it": by_loop,
            "set_debug_names_the_function": "send_email" in line or "smtp_send" in line,
        }


def _block(served: Served, nth: int) -> None:
    served.post(f"/signup?seconds={BLOCKED_S}")
    started = "mark: started smtp_send"
    until(lambda: served.log.count(started) == nth, PATIENCE_S, "the task's start")


def _slow(log: str) -> str:
    """The line in which asyncio tells of what took too long."""
    lines = (line for line in log.splitlines() if "Executing <" in line)
    return next((line for line in lines if f" took {BLOCKED_S:.0f}." in line), "")


@probe(watches_s=15)
def limit_concurrency() -> Iterator[Finding]:
    """Uvicorn's --limit-concurrency: does a task that runs after its response count?"""
    runs = repeat(_limited, RUNS, at_once=RUNS)
    values = same(runs) | {"limit_tasks": LIMIT}
    yield SETUP.finding("limit-concurrency", "threadpool-limit", values, RUNS)


def _limited() -> dict[str, Value]:
    options = ("--limit-concurrency", str(LIMIT))
    with SETUP.serving(APPS / "blocking.py", *options, ready="") as served:
        found: dict[str, Value] = {}
        for tasks in range(LIMIT + 1):
            if tasks:
                httpx.post(f"{served.url}/waiting?seconds=20").raise_for_status()
            if tasks >= LIMIT - 1:
                answer = httpx.get(f"{served.url}/ping")
                found[f"status_with_{tasks}_tasks"] = answer.status_code
        return found


@probe(watches_s=40)
def limits_per_process() -> Iterator[Finding]:
    """The app of the page "limit-concurrency": how much do one and two workers accept?"""
    for setup in (SETUP, replace(SETUP, workers=2)):
        values = same(repeat(partial(_accepted, setup), RUNS, at_once=1), setup.suffix)
        yield setup.finding("limits", "limit-concurrency", values | {"places_count": PLACES}, RUNS)


def _accepted(setup: Setup) -> dict[str, Value]:
    """How many of many photos are accepted, each on a connection of its own, before one is done."""
    app = SNIPPETS / "limit_concurrency" / "app.py"
    with setup.serving(app, ready="Application startup complete.") as served:
        began = time.monotonic()
        answers = [_photo(served, number) for number in range(1, PHOTOS + 1)]
        if time.monotonic() - began > PHOTO_S:
            raise ProbeError("the first photo was done before the last had been sent")
        return {"accepted_requests": answers.count(202), "refused_requests": answers.count(503)}


def _photo(served: Served, number: int) -> int:
    connection = served.connect()
    connection.request("POST", f"/photos/{number}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@probe(watches_s=15)
def broken_process_pool() -> Iterator[Finding]:
    """A process of the pool dies: what becomes of its task, and of the next one?"""
    with SETUP.serving(APPS / "process_pool.py", ready="") as served:
        served.post("/process-that-dies")
        until(lambda: "\nconcurrent.futures" in served.log, PATIENCE_S, "the error in the log")
        served.post("/process")
        again = happens(lambda: served.log.count("\nconcurrent.futures") > 1, PATIENCE_S)
        errors = re.findall(r"^concurrent\.futures\..*$", served.log, re.M)
    values: dict[str, Value] = {"error": errors[0], "next_task_fails": again}
    yield SETUP.finding("broken-process-pool", "cpu-bound", values)
