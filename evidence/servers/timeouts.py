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
from evidence.servers.shutdown import PARTS, begin
from evidence.serving import APPS, PATIENCE_S

CLAIM = "worker-timeout"
KINDS = ("async", "def", "def-cpu", "def-gil", "blocking", "blocking-cpu")
LONG_S = 35.0  # longer than gunicorn's --timeout and --graceful-timeout, which are 30 s
RUNS = 3


@dataclass(frozen=True)
class Limit:
    """A setting by which a server kills a worker that says nothing, and how its log tells of it."""

    setup: Setup
    option: str
    timeout_s: int
    words: str

    @property
    def task_s(self) -> float:
        """Long enough to be killed in, with some seconds to spare."""
        return self.timeout_s + 4.0


GUNICORN = Limit(named("gunicorn"), "--timeout", 3, "WORKER TIMEOUT")
# The default: less would kill workers that start slowly. With one worker nobody watches it.
UVICORN = Limit(
    replace(named("uvicorn-httptools"), workers=2), "--timeout-worker-healthcheck", 5, "] died"
)


@dataclass(frozen=True)
class Watched:
    """What became of a task, of its worker, and of a response that the worker was sending.

    `over_after_s` is when the task or the worker was over, `complete` None with several workers:
    nobody knows which of them sends it.
    """

    finished: bool
    killed: bool
    over_after_s: float
    complete: bool | None = None


def watched(limit: Limit, kind: str) -> Watched:
    """Let a task run on a server that looks after its workers."""
    options = (limit.option, str(limit.timeout_s))
    with limit.setup.serving(APPS / "tasks.py", *options) as served:
        body = begin(served, "response")
        served.post(f"/{kind}?seconds={limit.task_s}")
        until(lambda: f"started {kind}\n" in served.log, PATIENCE_S, f"the start of {kind}")
        began = time.monotonic()

        def finished() -> bool:
            return f"finished {kind}\n" in served.log

        def killed() -> bool:
            return limit.words in served.log

        until(lambda: finished() or killed(), limit.task_s + PATIENCE_S, f"the end of {kind}")
        took = time.monotonic() - began
        happens(killed, 2)  # it may come a moment after the end
        complete = body() == PARTS if limit.setup.workers == 1 else None
        return Watched(finished(), killed(), took, complete)


def result(limit: Limit, kind: str, runs: list[Watched]) -> dict[str, Value]:
    """The runs of one kind of task as the values of a row."""
    finished = same([one.finished for one in runs], f"{kind} finished")
    over = "task_finished_after_s" if finished else "worker_killed_after_s"
    complete = same([one.complete for one in runs], f"{kind} response")
    return {
        "task_finished": finished,
        "worker_killed": same([one.killed for one in runs], f"{kind} killed"),
        **({} if complete is None else {"other_response_complete": complete}),
        over: seconds([one.over_after_s for one in runs]),
        "timeout_s": limit.timeout_s,
        "task_s": limit.task_s,
    }


def compared(limit: Limit, topic: str) -> Iterator[Finding]:
    """Each kind of task under one limit."""
    found = each(partial(watched, limit), KINDS, RUNS, at_once=4)
    for kind, runs in found.items():
        yield limit.setup.finding(topic, CLAIM, result(limit, kind, runs), RUNS, task=kind)


@probe(watches_s=70)
def gunicorn_timeout() -> Iterator[Finding]:
    """Tasks of 7 s under gunicorn --timeout 3."""
    yield from compared(GUNICORN, "timeout")


@probe(watches_s=80)
def uvicorn_healthcheck() -> Iterator[Finding]:
    """Tasks of 9 s under uvicorn's --timeout-worker-healthcheck, which is 5 s by default."""
    yield from compared(UVICORN, "healthcheck")


def long_task(case: tuple[Setup, str]) -> bool:
    """Whether a task of 35 s is finished, and by the worker that began it."""
    setup, kind = case
    with setup.serving(APPS / "tasks.py") as served:
        served.post(f"/{kind}?seconds={LONG_S}")
        done = happens(lambda: f"finished {kind}\n" in served.log, LONG_S + PATIENCE_S)
        return done and served.log.count(READY) == setup.workers


@probe(watches_s=60)
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
