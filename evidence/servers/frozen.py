"""Imitates a platform that freezes a server once it has answered: the page "serverless".

SIGSTOP as soon as the response is out, SIGCONT with the next request. A real platform stops a whole
machine; this stops its processes.
"""

import contextlib
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass

from evidence.probes import probe
from evidence.processes import until
from evidence.repeating import agreed, each, seconds
from evidence.rows import Finding, Value
from evidence.servers.setups import Setup, named
from evidence.serving import APPS, PATIENCE_S, Served

SETUP = named("uvicorn-httptools")
KINDS = ("async", "def")
TASK_S = 2.0
FROZEN_S = 6.0
RUNS = 3


@dataclass(frozen=True)
class Thawed:
    """Whether a task ended while the server stood still, and how long after the next request."""

    while_frozen: bool
    finished_after_s: float


@contextlib.contextmanager
def frozen(kind: str) -> Iterator[Served]:
    """A server that has answered, begun a task, and stood still for longer than the task takes."""
    with SETUP.serving(APPS / "tasks.py") as served:
        served.post(f"/{kind}?seconds={TASK_S}")
        until(lambda: f"mark: started {kind}\n" in served.log, PATIENCE_S, f"the start of {kind}")
        served.program.send(signal.SIGSTOP)
        time.sleep(FROZEN_S)
        yield served


def thawed(kind: str) -> Thawed:
    """The next request comes."""
    done = f"mark: finished {kind}\n"
    with frozen(kind) as served:
        while_frozen = done in served.log
        began = time.monotonic()
        served.program.send(signal.SIGCONT)
        connection = served.connect()
        connection.request("GET", "/ping")
        connection.getresponse().read()
        until(lambda: done in served.log, PATIENCE_S, f"the end of {kind}")
        return Thawed(while_frozen, time.monotonic() - began)


def discarded(kind: str) -> bool:
    """No request comes, and the platform ends it: whether the task says a word of that."""
    with frozen(kind) as served:
        served.program.send(signal.SIGKILL)
        served.program.ends()
        return f"finished {kind}\n" in served.log or f"cancelled {kind}\n" in served.log


@probe(watches_s=30)
def frozen_after_the_response() -> Iterator[Finding]:
    """Each kind of task on a server that is stopped and continued."""
    thaw = each(thawed, KINDS, RUNS, at_once=6)
    gone = each(discarded, KINDS, RUNS, at_once=6)
    runs = [one for kind in KINDS for one in thaw[kind]]
    yield _finding(SETUP, runs, [one for kind in KINDS for one in gone[kind]])


def _finding(setup: Setup, runs: list[Thawed], said: list[bool]) -> Finding:
    values: dict[str, Value] = {
        "finished_while_frozen": agreed([one.while_frozen for one in runs]),
        "finished_after_thaw_s": seconds([one.finished_after_s for one in runs]),
        "discarded_said_anything": agreed(said),
        "frozen_given_s": FROZEN_S,
        "task_s": TASK_S,
    }
    return setup.finding("frozen", "serverless", values, len(runs))
