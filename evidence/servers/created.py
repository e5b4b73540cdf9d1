"""A lifespan that waits for what create_task has made: the page "create-task"."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from evidence.probes import probe
from evidence.repeating import agreed, each, seconds
from evidence.rows import Finding, Value
from evidence.servers.setups import SETUPS, Setup
from evidence.servers.signals import sigterm
from evidence.serving import PATIENCE_S, SNIPPETS

APP = SNIPPETS / "create_task" / "right.py"  # its export takes 3 s, and logs that it has failed
TASK_S = 3.0
RUNS = 3
AT_ONCE = 6


@dataclass(frozen=True)
class Awaited:
    """Whether the task came to its end, and when the server was over."""

    finished: bool
    exit_after_s: float


def awaited(setup: Setup) -> Awaited:
    """SIGTERM as soon as the task has been started."""
    with setup.serving(APP, ready="") as served:
        served.post("/exports/7")
        began = time.monotonic()
        sigterm(served.program)
        served.program.ends(PATIENCE_S)
        return Awaited("export 7 failed" in served.log, time.monotonic() - began)


@probe(watches_s=30)
def created_and_awaited() -> Iterator[Finding]:
    """The page's right snippet on each server."""
    for setup, runs in each(awaited, SETUPS, RUNS, AT_ONCE).items():
        values: dict[str, Value] = {
            "created_task_finished": agreed([one.finished for one in runs]),
            "exit_after_s": seconds([one.exit_after_s for one in runs]),
            "task_s": TASK_S,
        }
        yield setup.finding("awaited", "create-task", values, RUNS)
