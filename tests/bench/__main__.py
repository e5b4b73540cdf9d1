"""`python -m tests.bench [PART …]`: measures and prints; all parts write BENCHMARKS.md."""

import datetime
import os
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from site_build.snippets import ROOT
from tests.bench import hosting, parts
from tests.bench.live import part as sandbox
from tests.bench.measuring import Row, Section
from tests.bench.pages import part as opened
from tests.bench.search import part as searching

PARTS: dict[str, Callable[[], list[Row]]] = {
    "site": parts.site,
    "playing": parts.playing,
    "tests": parts.snippet_tests,
    "growth": parts.growth,
    "load": hosting.load,
}
SECTIONS: dict[str, Callable[[], Section]] = {
    "live": sandbox.live,
    "pages": opened.pages,
    "search": searching.search,
}
# For work on the sandbox: no part of BENCHMARKS.md.
QUICK: dict[str, Callable[[], Section]] = {"quick": sandbox.quick}
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
{text}
To repeat: `make bench`, half an hour. One part alone: `python -m tests.bench {parts}`;
while working on the sandbox: `python -m tests.bench quick`.
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


def _measure(names: list[str]) -> Section:
    rows, texts = [], []
    for name in names:
        part = (PARTS | SECTIONS | QUICK)[name]
        print(f"Measuring {name}: {(part.__doc__ or '').strip()}", flush=True)
        found = part()
        if isinstance(found, Section):
            texts.append(found.text)
            found = found.rows
        rows += found
    return Section(rows, "\n".join(texts))


def _write(found: Section) -> None:
    text = PAGE.format(
        date=datetime.date.today().isoformat(),
        machine=_machine(),
        python=platform.python_version(),
        packages=", ".join(f"{package} {version(package)}" for package in PACKAGES),
        table=_table(found.rows),
        text=found.text,
        parts="|".join(PARTS | SECTIONS),
    )
    (ROOT / "BENCHMARKS.md").write_text(text, "utf-8")
    print("Wrote BENCHMARKS.md")


def main(names: list[str]) -> int:
    """Measure the parts of these names, all of them if there are none.

    Returns:
        0 when all was measured, aims missed or not; 2 for an unknown part.
    """
    known = PARTS | SECTIONS | QUICK
    if unknown := set(names) - known.keys():
        print(f"no such part: {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    found = _measure(names or [*PARTS, *SECTIONS])
    print(f"\n{_table(found.rows)}\n{found.text}", end="")
    for row in found.rows:
        if not row.holds:
            print(f"AIM MISSED: {row.what} ({row.aim})")
    if not names:
        _write(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
