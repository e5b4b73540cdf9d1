"""The live sandbox, beside its peers: what `python -m tests.bench live` measures."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from playwright.sync_api import sync_playwright

from site_build.snippets import ROOT
from tests.bench.live import peers
from tests.bench.live.contestants import ALL, BARE, OURS, STOCK, Contestant
from tests.bench.live.packing import pack
from tests.bench.live.report import aims, breakdown, everybody
from tests.bench.live.rounds import Found, alternate
from tests.bench.live.server import serving
from tests.bench.live.visits import Driver
from tests.bench.measuring import Section, say
from tests.browser import chromium

ROUNDS, FEW = 5, 3
SLOW = (OURS, BARE, STOCK)  # the others would take two minutes more, and have no aim
BUSY = 1.0  # runs that wait for a core; with more of them milliseconds mean little
TEXT = """\
## The live sandbox

{browser}, headless. A first visit has a fresh profile; before a second one the browser is closed
and started again with that profile. Timed from the press of Run on a loaded page until the result
is in the DOM: of ours, that is the whole story with its responses, timeline and transcript; of
peers, the response alone, whose tasks then take ten real seconds that are not counted. One local
server has it all: with Brotli where that makes a file smaller, cacheable for a day. On the slow
link, which all connections of a visit share, each request waits 40 ms, the first one of a
connection 80 ms. Transferred are whole answers, headers included, but not the page round a sandbox.
Memory is what all the browser's processes together have gained 2 s after the result; the longest
task is the main thread's, the median of visits.

{table}
What each is, all with Pyodide {pyodide}:

- ours: `/en/sequential-order/` of the built site, its first listing.
- bare Pyodide: as npm has it, in a module worker, `1+1`.
- stock Pyodide: the same worker with FastAPI's wheels, the site's own ones, which a lock file names
  so that Pyodide asks for all of them at once; then our listing and a request to it.
- markdown-exec {fence}: its Pyodide fence with the same lock file, wheels, listing and request, all
  assets from the same server. It starts with the page; here its start waits for Run.
- PyScript {pyscript}: its editor, in a worker, with the same again; packages come by the lock file
  (`packages_cache = "passthrough"`), so that nothing is looked up.
"""


def _site() -> None:
    command = [sys.executable, "-m", "site_build", "site"]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)


def _measure(
    contestants: Sequence[Contestant], slow: Sequence[Contestant], rounds: int
) -> tuple[Mapping[Contestant, Found], str]:
    if (load := os.getloadavg()[0]) > BUSY:
        say(f"the machine is busy (load {load:.1f}): believe ratios, not milliseconds")
    _site()
    peers.install()
    mounts = {"/peers/": peers.assemble(), "/": ROOT / "site"}
    pack(path for path in (ROOT / "site" / "assets").rglob("*") if path.is_file())
    with serving(mounts) as server, sync_playwright() as playwright:
        found = alternate(Driver(playwright, server), contestants, slow, rounds)
        return found, _browser()


def _browser() -> str:
    command = [chromium.find(), "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return " ".join(told.split()[:2])


def live() -> Section:
    """A sandbox in the browser, first and later visits, against its peers."""
    found, browser = _measure(ALL, SLOW, ROUNDS)
    pyodide = json.loads((peers.PYODIDE / "package.json").read_text("utf-8"))["version"]
    pyscript = json.loads((peers.LOCKS / "package.json").read_text("utf-8"))["dependencies"]
    locked = (peers.LOCKS / "markdown-exec.txt").read_text("utf-8").splitlines()
    fence = next(line for line in locked if line.startswith("markdown-exec=="))
    text = TEXT.format(
        browser=browser,
        table=everybody(found),
        pyodide=pyodide,
        fence=fence.split()[0].partition("==")[2],
        pyscript=pyscript["@pyscript/core"],
    )
    return Section(aims(found), text)


def quick() -> Section:
    """Ours and bare Pyodide alone, three rounds, with the page's own measures."""
    found, _ = _measure((OURS, BARE), (), FEW)
    for kind in ("first", "second"):
        say(f"{kind} visit:")
        for line in breakdown(getattr(found[OURS], kind)):
            say(f"  {line}")
    return Section(aims(found), everybody(found))
