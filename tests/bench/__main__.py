"""`python -m tests.bench [PART …]`: measures and prints; all parts write BENCHMARKS.md."""

import datetime
import os
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from site_build.snippets import ROOT
from tests.bench import parts
from tests.bench.measuring import Row

PARTS: dict[str, Callable[[], list[Row]]] = {
    "site": parts.site,
    "playing": parts.playing,
    "tests": parts.snippet_tests,
    "growth": parts.growth,
}
PACKAGES = ("fastapi", "starlette", "mkdocs", "mkdocs-material", "mkdocs-static-i18n")
PAGE = """\
# Benchmarks

Written by `make bench`, which measures everything in one run; the builds take turns. Medians of
wall-clock time. What is compared with: the same Markdown for plain Material, with ordinary listings
in place of our fences, without our hooks and theme; timelines, questions and proofs left out. Our
build keeps Material's compiled templates in .cache/, and the recordings of snippets that have not
changed, as has nothing that plays them; the first build is a warm-up.

{date}, {machine}, Python {python}, {packages}.

{table}
To repeat: `make bench`, some minutes. One part alone: `python -m tests.bench {parts}`.
"""


def _table(rows: list[Row]) -> str:
    lines = ["| what | ours | compared with | aim | holds | n |", "|---|---|---|---|---|---|"]
    for row in rows:
        holds = "yes" if row.holds else "**no**"
        cells = (row.what, row.ours, row.compared, row.aim, holds, row.n)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _machine() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        name = next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):  # not Linux, or not on x86
        name = platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, {platform.system()}"


def main(names: list[str]) -> int:
    """Measure the parts of these names, all of them if there are none.

    Returns:
        0 when all was measured, aims missed or not; 2 for an unknown part.
    """
    if unknown := set(names) - PARTS.keys():
        print(f"no such part: {', '.join(unknown)}; there are: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    rows = []
    for name in names or PARTS:
        print(f"Measuring {name}: {(PARTS[name].__doc__ or '').strip()}", flush=True)
        rows += PARTS[name]()
    print(f"\n{_table(rows)}", end="")
    for row in rows:
        if not row.holds:
            print(f"AIM MISSED: {row.what} ({row.aim})")
    if not names:
        text = PAGE.format(
            date=datetime.date.today().isoformat(),
            machine=_machine(),
            python=platform.python_version(),
            packages=", ".join(f"{package} {version(package)}" for package in PACKAGES),
            table=_table(rows),
            parts="|".join(PARTS),
        )
        (ROOT / "BENCHMARKS.md").write_text(text, "utf-8")
        print("Wrote BENCHMARKS.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
