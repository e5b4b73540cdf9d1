"""Rows that belong together: those of one topic, those whose results have the same keys."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from evidence.rows import FOLDER, Row, load
from evidence.topics import Topic, topic_of
from site_build.questions import alike

# Which part of their keys two results must share to stand in one table, and which part of their
# sentences two questions.
_ALIKE = 0.5


@dataclass
class Group:
    """Rows that are shown together, since they were asked the same.

    `topic` is what releases of `package` were asked; None of other rows.
    """

    rows: list[Row] = field(default_factory=list)
    topic: Topic | None = None
    package: str = ""

    @property
    def keys(self) -> list[str]:
        """The keys of all results, in the order in which they come."""
        found = {key: None for row in self.rows for key in row.result if key != "recording"}
        return list(found)


def natural(row_id: str) -> list[tuple[int, str]]:
    """A key that puts 0-95-2 before 0-105-0."""
    parts = re.split(r"(\d+)", row_id)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def part_of(row: Row) -> str:
    """The part that a row was measured by: "queues"."""
    return row.command.rpartition(" ")[2].partition("/")[0]


def parts() -> list[str]:
    """The parts that have rows, in the alphabet's order."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def groups_of(part: str) -> list[Group]:
    """The rows of a part, in groups."""
    return grouped(load(FOLDER / f"{part}.json"))


def grouped(rows: Iterable[Row]) -> list[Group]:
    """Rows in groups, in the order of the ids."""
    found: list[Group] = []
    for row in sorted(rows, key=lambda row: natural(row.id)):
        about = topic_of(row.id)
        topic, package = (about[0], package_of(row)) if about else (None, "")
        empty = Group(topic=topic, package=package)
        group = next((group for group in found if _fits(group, row, empty)), None)
        if group is None:
            found.append(group := empty)
        group.rows.append(row)
    return found


def package_of(row: Row) -> str:
    """Whose releases a topic's row is about."""
    return "Starlette" if "-starlette-" in row.id else "FastAPI"


def _fits(group: Group, row: Row, empty: Group) -> bool:
    if empty.topic or group.topic:
        return (group.topic, group.package) == (empty.topic, empty.package)
    first = group.rows[0]
    ours, theirs = (set(one.result) - {"recording"} for one in (first, row))
    are_alike = len(ours & theirs) >= _ALIKE * max(len(ours | theirs), 1)
    return are_alike and alike(first.question["en"], row.question["en"]) >= _ALIKE
