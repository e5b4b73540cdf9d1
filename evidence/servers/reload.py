"""A file is saved in mid-task, and the server reloads: the page "shutdown-and-loss"."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass

from evidence.probes import probe
from evidence.processes import until, workshop
from evidence.repeating import each, seconds
from evidence.rows import Finding
from evidence.servers.setups import READY, named
from evidence.servers.shutdown import AT_ONCE, CLAIM, KINDS, RUNS, Ended, begin, result
from evidence.serving import APPS, PATIENCE_S

SETUP = named("uvicorn-httptools")


@dataclass(frozen=True)
class Reloaded(Ended):
    """An old process, whose end is told, and the moment when the new one was up."""

    new_after_s: float = 0.0

    @property
    def shut_down(self) -> bool:
        """Whether the old process ran the end of its lifespan."""
        return self.marked("lifespan ended")


def reloaded(kind: str) -> Reloaded:
    """Save the app's file in the midst of one kind of work."""
    with workshop() as folder:
        app = folder / "tasks.py"
        shutil.copy(APPS / "tasks.py", app)
        with SETUP.serving(app, "--reload", "--reload-dir", str(folder)) as served:
            old = served.program.children()
            body = begin(served, kind)
            began = time.monotonic()
            app.write_text(app.read_text("utf-8") + "\n", "utf-8")
            until(lambda: served.program.children() != old, PATIENCE_S, "the end of the old one")
            ended = time.monotonic() - began
            until(lambda: served.log.count(READY) > 1, PATIENCE_S, "the start of the new one")
            return Reloaded(served.log, ended, body(), time.monotonic() - began)


@probe(watches_s=30)
def reloaded_by_uvicorn() -> Iterator[Finding]:
    """Each kind of work while `uvicorn --reload` sees a change."""
    found = each(reloaded, KINDS, RUNS, AT_ONCE)
    values = result(found) | {
        "new_process_after_s": seconds([one.new_after_s for one in found["async"]])
    }
    yield SETUP.finding("reload", CLAIM, values, RUNS)
