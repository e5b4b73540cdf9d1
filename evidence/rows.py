"""Rows of evidence: what they hold, where they lie, how they are written.

Imported by the build of the site, so it imports nothing that is slow; `schema` checks rows.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "results"
_WIDTH = 100

Value = bool | float | str | Sequence[float] | dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """What one probe found out.

    `id` is in kebab case and names what is shown. `claim` is the id of the page that it belongs to.
    `question` has one sentence for each language. `versions` names what was measured, and how new.
    `result` is flat: a key in snake case with its unit (`run_again_after_s`), and a truth, a
    number, a text, or a list of one measured number for each of `runs`. What was given, such as
    `watched_s`, is a single number. The one exception is `recording`, a run in the recorder's
    public format.
    """

    id: str
    claim: str
    question: dict[str, str]
    versions: dict[str, str]
    result: dict[str, Value]
    runs: int = 1


@dataclass(frozen=True)
class Row:
    """A finding with the day on which it was made and the command that makes it again."""

    id: str
    claim: str
    question: dict[str, str]
    versions: dict[str, str]
    measured_on: str
    command: str
    runs: int
    result: dict[str, Any]

    @property
    def with_versions(self) -> str:
        """The versions in one line: "celery 5.7.0, redis-server 7.0.15"."""
        return ", ".join(f"{name} {version}" for name, version in self.versions.items())


class NoSuchRow(LookupError):
    """Nothing of that id has been measured; the message says what has."""


def row_of(snippet_id: str) -> str:
    """The id of the row that holds the recording of a measured snippet."""
    return f"measured-{snippet_id.replace('/', '-').replace('_', '-')}"


def parts() -> list[Path]:
    """The files of results, one for each part."""
    return sorted(FOLDER.glob("*.json"))


def load(path: Path) -> list[Row]:
    """The rows of a part; none if it was never measured."""
    return [Row(**row) for row in json.loads(path.read_text("utf-8"))] if path.is_file() else []


def every() -> dict[str, Row]:
    """All committed rows by their ids."""
    changed = tuple(path.stat().st_mtime_ns for path in parts())
    if _kept.get("changed") != changed:
        rows = {row.id: row for path in parts() for row in load(path)}
        _kept.update(changed=changed, rows=rows)
    found: dict[str, Row] = _kept["rows"]
    return found


_kept: dict[str, Any] = {}


def row(row_id: str) -> Row:
    """The row of an id.

    Raises:
        NoSuchRow: there is none; the message names those that are called nearly so.
    """
    found = every().get(row_id)
    if found is None:
        near = ", ".join(get_close_matches(row_id, every(), 5, 0.5)) or "nothing like it"
        raise NoSuchRow(
            f"there is no row {row_id!r} in evidence/results; `make evidence` measures; "
            f"there is: {near}"
        )
    return found


def written(rows: Iterable[Row]) -> str:
    """Rows as the text of a results file: sorted, and laid out the same way each time."""
    return _lay_out([asdict(row) for row in sorted(rows, key=lambda row: row.id)]) + "\n"


def _lay_out(value: Any, depth: int = 0) -> str:
    """JSON in which a list or an object takes one line if it fits, else one line for each item."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or (depth > 1 and len(flat) <= _WIDTH):
        return flat
    pad = "  " * depth
    if isinstance(value, list):
        items = [_lay_out(item, depth + 1) for item in value]
        return "[\n" + ",\n".join(f"{pad}  {item}" for item in items) + f"\n{pad}]"
    pairs = [f"{json.dumps(key)}: {_lay_out(item, depth + 1)}" for key, item in value.items()]
    return "{\n" + ",\n".join(f"{pad}  {pair}" for pair in pairs) + f"\n{pad}}}"
