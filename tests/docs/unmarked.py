"""Numbers of time and versions in the prose that no mark holds against a run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evidence.rows import Row, row
from site_build.claims import MARK, marks
from site_build.measured import row_for
from tests.docs import shape

_TIME = r"\d+(?:\.\d+)?(?: ?(?:毫秒|秒|分钟|小时)| (?:ms|s|min|h|seconds?|minutes?|hours?)\b)"
_PACKAGES = (
    "FastAPI|Starlette|[Uu]vicorn|[Hh]ypercorn|[Gg]ranian|[Gg]unicorn|Celery|kombu|RQ|arq|taskiq|"
    "Dramatiq|Huey|Procrastinate|Redis|SQLAlchemy|anyio|AnyIO|Python|Express|Node|Pyodide"
)
_VERSION = rf"(?:{_PACKAGES}) (?:up to )?v?\d+\.\d+(?:\.\d+)?|\b0\.\d{{2,3}}(?:\.\d+)?\b"
CLAIM = re.compile(f"{_TIME}|{_VERSION}")
# Whatever follows on a line that begins so leads elsewhere, or is code.
_SOURCES = re.compile(r"^(?:Sources|资料)[:：].*$", re.M)
_NOT_PROSE = (
    MARK,
    re.compile(r"`[^`\n]+`"),
    re.compile(r"\]\([^)]+\)"),  # where a link leads; its text is prose
    re.compile(r'</?[a-z](?:"[^"]*"|[^>"])*>'),
    _SOURCES,
)


@dataclass(frozen=True)
class Unmarked:
    """A number or a version, with its line."""

    text: str
    line: str


def unmarked(page: str) -> Iterator[Unmarked]:
    """What of a page's Markdown nothing holds; the description at its head is not looked at.

    A mark holds its own text, and on its line what its row was measured with: a version, or a
    number that was given, such as how long a task takes.
    """
    for line in shape.prose(page).splitlines():
        rest = line
        for pattern in _NOT_PROSE:
            rest = pattern.sub("·", rest)
        held = [row(found) for found in _rows(line)]
        for found in CLAIM.finditer(rest):
            if not any(_holds(one, found[0]) for one in held):
                yield Unmarked(found[0], line)


def _rows(line: str) -> set[str]:
    return {row_for(mark.claim.partition(" ")[0]) for mark in marks(line)} - {""}


def _holds(one: Row, text: str) -> bool:
    number = re.search(r"\d+(?:\.\d+)*", text)
    assert number
    if re.fullmatch(_TIME, text):
        given = (value for key, value in one.result.items() if key.endswith("_s"))
        return float(number[0]) in [value for value in given if not isinstance(value, list)]
    return any(f"{version}.".startswith(f"{number[0]}.") for version in one.versions.values())
