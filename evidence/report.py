"""Compares the results with the committed ones, in Markdown that an issue can hold."""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from evidence.changes import Change, changes
from evidence.locks import order
from evidence.probes import chosen
from evidence.rows import Row, every
from evidence.session import ROOT, Session

_RESULTS = "evidence/results"


class NotCommitted(Exception):
    """There is nothing to compare with; the message is git's."""


def report(file: Path | None) -> int:
    """Print the report, or write it; 0 if all answers are the same, 1 if not.

    Raises:
        NotCommitted: git does not know the results.
    """
    before, after = committed(), every()
    failed = {
        what: one.failed for what, one in Session.of(chosen([])).outcomes.items() if one.failed
    }
    found = list(compared(before.values(), after.values()))
    text = "\n".join(told(found, after, failed)) + "\n"
    if file:
        file.write_text(text, "utf-8")
    else:
        print(text, end="")
    return 1 if failed or any(one.flipped for one in found) else 0


def committed(commit: str = "HEAD") -> dict[str, Row]:
    """The rows of a commit, by their ids.

    Raises:
        NotCommitted: git does not know them.
    """
    names = _git("ls-tree", "--name-only", commit, f"{_RESULTS}/").split()
    rows = [Row(**row) for name in names for row in json.loads(_git("show", f"{commit}:{name}"))]
    return {row.id: row for row in rows}


def compared(before: Iterable[Row], after: Iterable[Row]) -> Iterator[Change]:
    """What is different; a release that was never asked is compared with the newest that was."""
    before, after = list(before), list(after)
    yield from changes(before, after)
    known = {row.id for row in before}
    for row in after:
        older = [one for one in before if _topic(one) == _topic(row) != ""]
        if row.id not in known and older:
            newest = max(older, key=lambda one: order(one.versions["fastapi"]))
            if order(newest.versions["fastapi"]) < order(row.versions["fastapi"]):
                yield from changes([replace(newest, id=row.id)], [row])


def _topic(row: Row) -> str:
    """The id without the release of FastAPI that it ends in, or nothing if it ends in none."""
    end = "-" + re.sub(r"\W", "-", row.versions.get("fastapi", ""))
    return row.id.removesuffix(end) if len(end) > 1 and row.id.endswith(end) else ""


def told(found: list[Change], rows: dict[str, Row], failed: dict[str, str]) -> Iterator[str]:
    """The report's lines."""
    flipped = [one for one in found if one.flipped]
    others = [one for one in found if not one.flipped]
    yield f"{len(flipped)} answers have flipped, {len(failed)} probes have failed."
    if flipped:
        yield from ("", "| row | page | value | committed | measured | with |")
        yield "|---|---|---|---|---|---|"
        yield from (_line(one, rows.get(one.row_id)) for one in flipped)
    if failed:
        yield from ("", "Failed:", "")
        yield from (f"- `{what}`: {_cell(why)}" for what, why in failed.items())
    if others:
        yield from ("", f"<details><summary>{len(others)} other differences</summary>", "")
        yield from (f"- {_cell(str(one))}" for one in others)
        yield from ("", "</details>")


def _line(one: Change, row: Row | None) -> str:
    if row is None:
        return f"| {one.row_id} | | the whole row | {_cell(one.before)} | not measured | |"
    again = f"`{row.command}`<br>{row.with_versions}"
    cells = (row.claim, one.key, _cell(one.before), _cell(one.after), again)
    return f"| {one.row_id} | {' | '.join(cells)} |"


def _cell(value: object) -> str:
    text = re.sub(r"\s+", " ", str(value)).replace("|", "\\|").replace("<", "&lt;")
    return text if len(text) <= 300 else f"{text[:300]}…"


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotCommitted(done.stderr.strip())
    return done.stdout
