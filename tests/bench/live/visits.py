"""A visit: a browser opens a contestant's page, presses Run and waits for the result."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, Playwright

from tests.bench.live.contestants import OURS, Contestant
from tests.bench.live.link import Link
from tests.bench.live.memory import resident
from tests.bench.live.server import Sent, Server
from tests.browser import chromium

HERE = Path(__file__).parent
SLOW = Link(latency=0.04, rate=20e6 / 8)
# Milliseconds that a page is left open after its first result: it and the browser keep things.
LINGER = 2000
PRESSES = 10
# Other listings of our page, and what is put there: Python hears of Stop in the first loop, but not
# in the second, which is one call of a function in C.
LOOPS = {
    "sequential_order/right": "while True:\n    pass\n",
    "sequential_order/multi_tasks": "sum(range(10**15))\n",
}
_MEASURES = """() => performance.getEntriesByType("measure")
  .filter(({ name }) => name.startsWith("sandbox:"))
  .map(({ name, startTime, duration }) => [name, startTime - bench.pressed, duration])"""


def _script(name: str) -> str:
    return (HERE / name).read_text("utf-8")


@dataclass(frozen=True)
class Visit:
    """What was measured: milliseconds, bytes, MB of all the browser's processes.

    `tasks` are the main thread's tasks of 50 ms and more, from the press on; `measures` what the
    page itself has measured: a name, its start after the press, and its length.
    """

    milliseconds: float
    size: int
    before: float
    after: float
    tasks: list[float]
    measures: list[tuple[str, float, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Again:
    """Milliseconds in a sandbox that is ready: of each re-run, and from Stop to the next result."""

    runs: list[float]
    stop: float
    deaf: float
    tasks: list[float]


@dataclass(frozen=True)
class Driver:
    """Opens contestants' pages, each in a browser of its own."""

    playwright: Playwright
    server: Server

    @contextmanager
    def page(self, contestant: Contestant, profile: Path, before: str = "") -> Iterator[Page]:
        """The contestant's page, loaded and watched, in a browser with this profile.

        `before` is a script that runs before the page's own.
        """
        context = self.playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        try:
            yield self._loaded(context.pages[0], contestant, before)
        finally:
            context.close()

    def _loaded(self, page: Page, contestant: Contestant, before: str) -> Page:
        page.add_init_script(before or "0")
        self.server.sent.clear()
        page.goto(f"{self.server.address}{contestant.page}", wait_until="load")
        page.locator(contestant.run).wait_for(state="attached")
        # What a page still does once it is loaded is no part of a run.
        page.wait_for_load_state("networkidle")
        told = [contestant.output, contestant.done, contestant.failed]
        page.evaluate(_script("watch.js"), told)
        if contestant.hover:
            page.locator(contestant.hover).hover()
        return page

    def visit(self, contestant: Contestant, profile: Path, linger: int = LINGER) -> Visit:
        """Press Run, wait for the result, and leave the page open for `linger` milliseconds."""
        with self.page(contestant, profile) as page:
            before, loaded = resident(profile), len(self.server.sent)
            page.locator(contestant.run).click()
            milliseconds = page.evaluate("bench.result")
            page.wait_for_timeout(linger)
            return Visit(
                milliseconds,
                counted(self.server.sent, loaded, contestant),
                before,
                resident(profile),
                page.evaluate("bench.tasks"),
                page.evaluate(_MEASURES),
            )

    def slow_visit(self, contestant: Contestant) -> Visit:
        """A first visit through the slow link."""
        self.server.link = SLOW
        try:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                return self.visit(contestant, Path(folder), linger=0)
        finally:
            self.server.link = Link()

    def again(self, profile: Path) -> Again:
        """Press Run many times in our own sandbox, then stop two loops."""
        loops = _script("loops.js").replace("LOOPS", json.dumps(LOOPS))
        with self.page(OURS, profile, loops) as page:
            page.evaluate(_script("again.js"), OURS.output)
            page.locator(OURS.run).click()
            page.evaluate("bench.result")
            page.wait_for_timeout(LINGER)
            runs = [page.evaluate("bench.again()") for _ in range(PRESSES)]
            stop, deaf = (page.evaluate("name => bench.stop(name)", name) for name in LOOPS)
            return Again(runs, stop, deaf, page.evaluate("bench.tasks"))


def counted(sent: list[Sent], loaded: int, contestant: Contestant) -> int:
    """The bytes of a sandbox: its own among the first `loaded` answers, and all that follow."""
    page = [one for one in sent[:loaded] if one.path.startswith(contestant.own)]
    page = [one for one in page if one.path != contestant.page]
    return sum(one.size for one in page + sent[loaded:])
