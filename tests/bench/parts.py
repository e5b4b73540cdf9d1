"""The four things that are measured."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean, median
from xml.etree import ElementTree

from fastapi import BackgroundTasks, FastAPI

from recorder import Request, Story, play
from site_build.snippets import ROOT
from tests.bench.measuring import Build, Row, alternate, say
from tests.bench.trees import grown_trees, our_tree, plain_tree

BUILDS, PLAYS, SUITES, SMALL, LARGE = 5, 50, 3, 3, 1  # how often each is measured
FEW, MANY = 50, 500  # claims
NOISE = 1.05  # two runs of the same build differ by as much


def site() -> list[Row]:
    """Building the site, against plain Material with the same pages."""
    with tempfile.TemporaryDirectory() as folder:
        builds = {
            "our site": our_tree(),
            "plain Material": plain_tree(Path(folder), ROOT / "docs"),
            "our site, every snippet played": Build(ROOT, afresh=True),
        }
        ours, plain, afresh = alternate(builds, BUILDS).values()
    told, n = f"{plain:.2f} s (plain)", f"{BUILDS} each"
    what = "building the site: {:.2f} times plain Material"
    anew = "the same, every snippet played anew: {:.2f} times plain Material"
    ratio = ours / plain
    return [
        Row(what.format(ratio), f"{ours:.2f} s", told, "at most 1.5 times", ratio <= 1.5, n),
        Row(anew.format(afresh / plain), f"{afresh:.2f} s", told, "none", True, n),
    ]


def _napping(seconds: float) -> FastAPI:
    app = FastAPI()

    async def nap() -> None:
        await asyncio.sleep(seconds)

    @app.post("/")
    async def start(tasks: BackgroundTasks) -> None:
        tasks.add_task(nap)

    return app


def playing() -> list[Row]:
    """Playing a story of an hour, against one of a second."""
    story = Story((Request("ann", "/", "POST"),))
    apps = {seconds: _napping(seconds) for seconds in (3600.0, 1.0)}
    spent: dict[float, list[float]] = {seconds: [] for seconds in apps}
    for turn in range(-5, PLAYS):
        for seconds, app in apps.items():
            started = time.perf_counter()
            timeline = play(app, story)
            if turn >= 0:
                spent[seconds].append(1000 * (time.perf_counter() - started))
            assert timeline.end == seconds
    hour, second = (median(found) for found in spent.values())
    say(f"an hour: {hour:.2f} ms; a second: {second:.2f} ms")
    holds = abs(hour / second - 1) <= 0.2 and max(hour, second) < 50
    what = "playing a story of one hour, against one of a second"
    aim = "same within 20 %, each under 50 ms"
    return [Row(what, f"{hour:.2f} ms", f"{second:.2f} ms", aim, holds, f"{PLAYS} each")]


def snippet_tests() -> list[Row]:
    """The mean time of a snippet's test: set-up, call and tear-down."""
    means, slowest = [], 0.0
    for _ in range(SUITES):
        times = _suite()
        means.append(mean(times))
        slowest = max(times)
        say(f"{len(times)} tests: mean {means[-1]:.1f} ms, slowest {slowest:.0f} ms")
    what = f"a snippet's test, mean of {len(times)}"
    told = f"slowest {slowest:.0f} ms"
    holds = median(means) < 50
    return [Row(what, f"{median(means):.1f} ms", told, "under 50 ms", holds, f"{SUITES} runs")]


def _suite() -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "tests/snippets", *options],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            say(f"tests/snippets is red:\n{done.stdout[-2000:]}")
        cases = ElementTree.parse(report).iter("testcase")
        return [1000 * float(case.get("time", "0")) for case in cases]


def growth() -> list[Row]:
    """How the build grows with the number of claims, against how plain Material's does."""
    spent: dict[int, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for claims, rounds in ((FEW, SMALL), (MANY, LARGE)):
            ours, plain = grown_trees(Path(folder), claims)
            builds: dict[str, Build] = {f"{claims} claims": ours, f"{claims} plain": plain}
            spent[claims] = list(alternate(builds, rounds).values())
    grown, plain_grown = (many / few for few, many in zip(spent[FEW], spent[MANY], strict=True))
    (few, plain_few), (many, plain_many) = spent[FEW], spent[MANY]
    return [
        Row(
            f"growth of the build from {FEW} to {MANY} claims: {grown:.1f} times, "
            f"plain Material's {plain_grown:.1f} times",
            f"{few:.1f} s to {many:.1f} s",
            f"{plain_few:.1f} s to {plain_many:.1f} s (plain)",
            "no worse (5 % is noise)",
            grown <= plain_grown * NOISE,
            f"{SMALL} and {LARGE}",
        )
    ]
