"""What ends a long task by itself: the page "worker-timeout"."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from evidence.probes import probe
from evidence.processes import happens, until
from evidence.repeating import each, same, seconds
from evidence.rows import Finding, Value
from evidence.servers.setups import READY, SETUPS, Setup, named
from evidence.serving import APPS, PATIENCE_S

CLAIM = "worker-timeout"
KINDS = ("async", "def", "def-cpu", "def-gil", "blocking", "blocking-cpu")
TIMEOUT_S = 3
TASK_S = 7.0
LONG_S = 35.0  # longer than gunicorn's --timeout and --graceful-timeout, which are 30 s
RUNS = 3
GUNICORN = named("gunicorn")
UVICORN = replace(named("uvicorn-httptools"), workers=2)  # with one worker nobody watches it


@dataclass(frozen=True)
class Watched:
    """What became of a task, and of its worker."""

    finished: bool
    replaced: bool
    over_after_s: float


def watched(setup: Setup, option: str, kind: str) -> Watched:
    """Let a task run on a server that looks after its workers."""
    with setup.serving(APPS / "tasks.py", option, str(TIMEOUT_S)) as served:
        served.post(f"/{kind}?seconds={TASK_S}")
        until(lambda: f"started {kind}\n" in served.log, PATIENCE_S, f"the start of {kind}")
        began = time.monotonic()

        def finished() -> bool:
            return f"finished {kind}\n" in served.log

        def replaced() -> bool:
            return served.log.count(READY) > setup.workers

        until(lambda: finished() or replaced(), TASK_S + PATIENCE_S, f"the end of {kind}")
        took = time.monotonic() - began
        happens(replaced, 3)  # a worker may be killed just after it
        return Watched(finished(), replaced(), took)


def result(runs: list[Watched]) -> dict[str, Value]:
    """The runs of one kind of task as the values of a row."""
    finished = same([one.finished for one in runs], "finished")
    over = "task_finished_after_s" if finished else "new_worker_after_s"
    return {
        "task_finished": finished,
        "worker_replaced": same([one.replaced for one in runs], "replaced"),
        over: seconds([one.over_after_s for one in runs]),
        "timeout_s": TIMEOUT_S,
        "task_s": TASK_S,
    }


def compared(setup: Setup, option: str, topic: str) -> Iterator[Finding]:
    """Each kind of task under one timeout."""
    found = each(partial(watched, setup, option), KINDS, RUNS, at_once=4)
    for kind, runs in found.items():
        yield setup.finding(topic, CLAIM, result(runs), RUNS, task=kind)


@probe
def gunicorn_timeout() -> Iterator[Finding]:
    """Tasks of 7 s under gunicorn --timeout 3."""
    yield from compared(GUNICORN, "--timeout", "timeout")


@probe
def uvicorn_healthcheck() -> Iterator[Finding]:
    """Tasks of 7 s under uvicorn --timeout-worker-healthcheck 3."""
    yield from compared(UVICORN, "--timeout-worker-healthcheck", "healthcheck")


def long_task(case: tuple[Setup, str]) -> bool:
    """Whether a task of 35 s is finished, and by the worker that began it."""
    setup, kind = case
    with setup.serving(APPS / "tasks.py") as served:
        served.post(f"/{kind}?seconds={LONG_S}")
        done = happens(lambda: f"finished {kind}\n" in served.log, LONG_S + PATIENCE_S)
        return done and served.log.count(READY) == setup.workers


@probe
def long_tasks() -> Iterator[Finding]:
    """Tasks of 35 s on each server: is there a limit of 30 s anywhere?"""
    cases = [(setup, kind) for setup in SETUPS for kind in ("async", "def", "blocking")]
    found = each(long_task, cases, 1, at_once=len(cases))
    for setup in SETUPS:
        values: dict[str, Value] = {
            "async_task_finished": found[setup, "async"][0],
            "def_task_finished": found[setup, "def"][0],
            "blocking_task_finished": found[setup, "blocking"][0],
            "task_s": LONG_S,
        }
        yield setup.finding("long-task", CLAIM, values)
