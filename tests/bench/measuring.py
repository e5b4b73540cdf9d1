"""What is measured, and how a figure is told."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_COMPILED = Path(tempfile.gettempdir()) / "after-the-response-bench"


@dataclass(frozen=True)
class Row:
    """A line of the table: a figure, what it is compared with, and whether the aim holds."""

    what: str
    ours: str
    compared: str
    aim: str
    holds: bool
    n: str


@dataclass(frozen=True)
class Section:
    """A part that tells more than its rows: Markdown that follows them."""

    rows: list[Row]
    text: str


@dataclass(frozen=True)
class Build:
    """A folder with a mkdocs.yml; `afresh` if it is to play every snippet again."""

    folder: Path
    afresh: bool = False

    def seconds(self) -> float:
        """Build it in a process of its own, and tell the wall-clock seconds that it took.

        Raises:
            RuntimeError: it does not build; the message is what the build printed.
        """
        output = Path(tempfile.mkdtemp(prefix="bench-"))
        # Compiled modules are kept, as on most machines, whatever this one's environment says.
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        own = {"PYTHONPATH": str(self.folder), "PYTHONPYCACHEPREFIX": str(_COMPILED)}
        own["RECORDINGS"] = "afresh" if self.afresh else ""
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "-q", "--site-dir", str(output)],
            cwd=self.folder,
            env={**kept, **own, "NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        spent = time.perf_counter() - started
        pages = len(list(output.rglob("index.html")))
        shutil.rmtree(output, ignore_errors=True)
        if done.returncode or not pages:
            raise RuntimeError(f"{self.folder} does not build:\n{done.stdout}{done.stderr}")
        return spent


def say(text: str) -> None:
    """A line of progress."""
    print(f"  {text}", flush=True)


def alternate(builds: dict[str, Build], rounds: int) -> dict[str, float]:
    """The median seconds of each build. They take turns, so that a busy moment hits all."""
    spent: dict[str, list[float]] = {name: [] for name in builds}
    for turn in range(-1, rounds):
        for name, build in builds.items():
            seconds = build.seconds()
            say(f"{name}: {seconds:.2f} s" + (" (warm-up, not counted)" if turn < 0 else ""))
            if turn >= 0:
                spent[name].append(seconds)
    return {name: median(seconds) for name, seconds in spent.items()}
