"""What a page costs before its reader does anything: `python -m tests.bench pages`."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from site_build.__main__ import environment, mkdocs_command
from site_build.snippets import LANGUAGES, ROOT
from tests.bench.live.packing import pack
from tests.bench.live.server import Server, serving
from tests.bench.measuring import Row, Section, say
from tests.bench.pages import lighthouse
from tests.browser import chromium
from tests.browser.test_accessibility import AXE, RUN

PLACES = {
    "home": "",
    "a claim": "sequential-order/",
    "the heaviest claim": "failure-visibility/",
    "a pattern": "own-session/",
    "an embed": "embed/sequential_order/wrong/",
    "search open": "?q=gather",
}
INTENT = "search open"  # there a reader has asked for more than the page
QUIET = 2000  # milliseconds after the load in which a page may still ask for something
PACKED = (".html", ".css", ".js", ".json", ".svg")  # what a page of ours loads before any intent
MOST_REQUESTS, MOST_BYTES = 10, 100_000
SHIFTS = """new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) globalThis.shifted = (globalThis.shifted ?? 0) + value;
}).observe({ type: "layout-shift", buffered: true })"""
TEXT = """\
## The pages, before any intent

{browser}, headless, each page with an empty cache, wide; one local server, with Brotli where that
makes a file smaller. Requests and bytes, headers included, are those until {quiet} s after the
load, without a press or a move. The shift is the sum of all layout shifts (CLS has the worst
window of them). Lighthouse {lighthouse} simulates a phone on a slow line: performance,
accessibility, best practices, SEO. axe counts the places that violate one of
its rules.

{table}"""


@dataclass(frozen=True)
class Look:
    """What was measured of a page: bytes as they are sent, four figures of 100, places that
    violate a rule of axe.
    """

    place: str
    address: str
    requests: int
    size: int
    shift: float
    figures: list[int]
    axe: int


@contextmanager
def _built() -> Iterator[Server]:
    """The site, served at the address that it is built for."""
    with tempfile.TemporaryDirectory() as folder, serving({"/": Path(folder)}) as server:
        told = {**environment(), "SITE_URL": f"{server.address}/"}
        command = mkdocs_command("build", "--strict", "--quiet", "--site-dir", folder)
        subprocess.run(command, cwd=ROOT, env=told, check=True)
        pack(path for path in Path(folder).rglob("*") if path.suffix in PACKED)
        yield server


def _visit(browser: Browser, server: Server, place: str, path: str) -> Look:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(SHIFTS)
    server.sent.clear()
    page.goto(f"{server.address}/{path}", wait_until="load")
    page.wait_for_timeout(QUIET)
    requests, size = len(server.sent), sum(sent.size for sent in server.sent)
    shift = page.evaluate("globalThis.shifted ?? 0")
    page.evaluate(AXE.read_text("utf-8"))
    violations = page.evaluate(RUN)
    context.close()
    figures = lighthouse.figures(f"{server.address}/{path}")
    say(f"/{path}: {requests} requests, {size / 1000:.1f} KB, Lighthouse {figures}")
    return Look(place, f"/{path}", requests, size, shift, figures, len(violations))


def _looks() -> tuple[list[Look], str]:
    lighthouse.install()
    with _built() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        looks = [
            _visit(browser, server, place, ("" if language == "zh" else f"{language}/") + path)
            for place, path in PLACES.items()
            for language in LANGUAGES
        ]
        version = f"Chromium {browser.version}"
        browser.close()
    return looks, version


def table(looks: list[Look]) -> str:
    """A line for each page."""
    lines = ["| page | requests | bytes | shift | Lighthouse | axe |", "|---|---|---|---|---|---|"]
    for one in looks:
        cells = (
            f"{one.place}, `{one.address}`",
            str(one.requests),
            f"{one.size / 1000:.1f} KB",
            f"{one.shift:.3f}",
            " / ".join(map(str, one.figures)),
            str(one.axe),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def aims(looks: list[Look]) -> list[Row]:
    """The worst of each figure, and whether the aim holds."""
    calm = [one for one in looks if one.place != INTENT]
    requests, size = max(one.requests for one in calm), max(one.size for one in calm)
    shift, least = max(one.shift for one in looks), min(min(one.figures) for one in looks)
    rules, n = max(one.axe for one in looks), f"{len(looks)} pages"
    of_calm = f"{len(calm)} pages"
    held = requests <= MOST_REQUESTS
    return [
        Row("requests of a page, the most", str(requests), "", "at most 10", held, of_calm),
        Row(
            "bytes of a page, the most",
            f"{size / 1000:.1f} KB",
            "",
            "at most 100 KB",
            size <= MOST_BYTES,
            of_calm,
        ),
        Row("layout shift, the most", f"{shift:.3f}", "", "none", shift == 0, n),
        Row("Lighthouse, the least figure", str(least), "", "100", least == 100, n),
        Row("axe's violations, the most", str(rules), "", "none", rules == 0, n),
    ]


def pages() -> Section:
    """Home, a claim, a pattern and the open search, before their reader does anything."""
    looks, browser = _looks()
    told = {"quiet": f"{QUIET / 1000:g}", "lighthouse": lighthouse.version()}
    return Section(aims(looks), TEXT.format(browser=browser, table=table(looks), **told))
