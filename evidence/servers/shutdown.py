"""What a signal does to tasks and to a response: the page "shutdown-and-loss".

Each kind of work has a process of its own: what a server waits for would also save the rest.
"""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException

from evidence.probes import probe
from evidence.processes import happens, until
from evidence.repeating import agreed, each, same, seconds
from evidence.rows import Finding, Value
from evidence.servers.setups import LIMITED, READY, SETUPS, Setup
from evidence.servers.signals import (
    GRACE_S,
    Ending,
    grace,
    sigint,
    sigkill,
    sigterm,
    sigterm_all,
)
from evidence.serving import APPS, PATIENCE_S, Served

CLAIM = "shutdown-and-loss"
KINDS = ("async", "def", "created", "response")
TASK_S = 4.0  # longer than hypercorn's default grace of 3 s
RESPONSE_S = 2.0
LIMIT_S = 30.0  # what Kubernetes gives a pod before it kills it
RUNS = 3
AT_ONCE = 8
PARTS = b"part\n" * 4


@dataclass(frozen=True)
class Ended:
    """What was seen of a server that was ended: its log, when it was over, the response's body."""

    log: str
    exit_after_s: float
    body: bytes = b""

    def marked(self, what: str) -> bool:
        """Whether the app marked something."""
        return f"mark: {what}\n" in self.log

    @property
    def shut_down(self) -> bool:
        """Whether all workers ran what comes after the `yield` of their lifespan."""
        return self.log.count("mark: lifespan ended\n") == self.log.count(READY)


def ended(setup: Setup, kind: str, ending: Ending) -> Ended:
    """End a server in the midst of one kind of work."""
    with setup.serving(APPS / "tasks.py") as served:
        body = begin(served, kind)
        began = time.monotonic()
        ending(served.program)
        happens(lambda: served.program.ended, LIMIT_S)
        took = time.monotonic() - began
        served.program.send(signal.SIGKILL)  # with its main process a container or a unit is over
        served.program.ends()
        return Ended(served.log, took, body())


def begin(served: Served, kind: str) -> Callable[[], bytes]:
    """Start the work; what gives the response's body when all is over."""
    if kind == "response":
        connection = served.connect()
        connection.request("POST", f"/response?seconds={RESPONSE_S}")
        body = _reading(connection)
    else:
        served.post(f"/{kind}?seconds={TASK_S}")
        body = bytes
    until(
        lambda: f"mark: started {kind}\n" in served.log, PATIENCE_S, f"{kind} of {served.program}"
    )
    return body


def _reading(connection: HTTPConnection) -> Callable[[], bytes]:
    """Read a response in a thread, since nginx keeps it to its end; a broken one is empty."""
    found: list[bytes] = []

    def read() -> None:
        with contextlib.suppress(HTTPException, OSError):
            found.append(connection.getresponse().read())

    thread = threading.Thread(target=read)
    thread.start()

    def body() -> bytes:
        thread.join()
        return b"".join(found)

    return body


def result(runs: Mapping[str, Sequence[Ended]]) -> dict[str, Value]:
    """The runs of each kind of work as the values of a row."""

    def all_marked(kind: str, what: str) -> bool:
        return same([one.marked(what) for one in runs[kind]], what)

    def marked(kind: str, what: str) -> Value:
        return agreed([one.marked(what) for one in runs[kind]])

    return {
        "async_task_finished": all_marked("async", "finished async"),
        "async_task_saw_cancelled_error": marked("async", "cancelled async"),
        "second_task_started": all_marked("async", "started second"),
        "def_task_finished": all_marked("def", "finished def"),
        "second_task_started_after_def": all_marked("def", "started second"),
        "created_task_finished": all_marked("created", "finished created"),
        "created_task_saw_cancelled_error": marked("created", "cancelled created"),
        "response_complete": agreed([one.body == PARTS for one in runs["response"]]),
        "lifespan_shutdown_ran": agreed([one.shut_down for one in runs["async"]]),
        "exited_within_30_s": agreed(
            [one.exit_after_s < LIMIT_S for kind in runs for one in runs[kind]]
        ),
        "exit_after_s": seconds([one.exit_after_s for one in runs["async"]]),
        "exit_with_def_task_after_s": seconds([one.exit_after_s for one in runs["def"]]),
        "exit_with_created_task_after_s": seconds([one.exit_after_s for one in runs["created"]]),
        "task_s": TASK_S,
        "response_s": RESPONSE_S,
    }


ONE_AND_TWO = [replace(one, workers=workers) for one in SETUPS for workers in (1, 2)]


def compared(
    topic: str, ending: Ending, setups: Sequence[Setup] = ONE_AND_TWO, **given: Value
) -> Iterator[Finding]:
    """The same ending on several servers."""
    cases = [(setup, kind) for setup in setups for kind in KINDS]
    found = each(lambda case: ended(*case, ending), cases, RUNS, AT_ONCE)
    for setup in setups:
        values = result({kind: found[setup, kind] for kind in KINDS})
        yield setup.finding(topic, CLAIM, values | given, RUNS)


@probe(watches_s=150)
def stopped_by_sigterm() -> Iterator[Finding]:
    """SIGTERM in the midst of tasks."""
    yield from compared("sigterm", sigterm)


@probe(watches_s=40)
def stopped_by_sigterm_with_settings() -> Iterator[Finding]:
    """SIGTERM where the time for it is set."""
    yield from compared("sigterm", sigterm, LIMITED)


@probe(watches_s=150)
def stopped_by_sigterm_to_all() -> Iterator[Finding]:
    """SIGTERM to all processes in the midst of tasks."""
    yield from compared("sigterm-all", sigterm_all)


@probe(watches_s=150)
def stopped_by_sigint() -> Iterator[Finding]:
    """Ctrl-C in the midst of tasks."""
    yield from compared("sigint", sigint)


@probe(watches_s=120)
def killed_after_a_grace() -> Iterator[Finding]:
    """SIGTERM, and SIGKILL when the grace is over."""
    yield from compared("grace", grace, grace_s=GRACE_S)


@probe(watches_s=100)
def killed() -> Iterator[Finding]:
    """SIGKILL in the midst of tasks."""
    yield from compared("sigkill", sigkill)
