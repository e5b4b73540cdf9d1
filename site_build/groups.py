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
    is_open: bool = False  # it may still grow

    @property
    def keys(self) -> list[str]:
        """The keys of all results, in the order in which they come, without what questions name."""
        named = ("recording", "settings")
        found = {key: None for row in self.rows for key in row.result if key not in named}
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
    found: dict[object, Group] = {}
    for row in sorted(rows, key=lambda row: natural(row.id)):
        about = topic_of(row.id)
        topic, package = (about[0], package_of(row)) if about else (None, "")
        key = (topic.name, package) if topic else (row.id.partition("-")[0], essence(row))
        found.setdefault(key, Group(topic=topic, package=package)).rows.append(row)
    return _joined(found.values())


def package_of(row: Row) -> str:
    """Whose releases a topic's row is about."""
    return "Starlette" if "-starlette-" in row.id else "FastAPI"


def essence(row: Row) -> str:
    """What a question asks, whomever: what stands behind its last colon, but not in brackets."""
    asked = row.question["en"]
    while (shorter := re.sub(r" ?\([^()]*\)", "", asked)) != asked:
        asked = shorter
    return asked.rpartition(": ")[2]


def _joined(groups: Iterable[Group]) -> list[Group]:
    """Groups of which those with one row are joined if one probe has asked nearly the same."""
    found: list[Group] = []
    for group in groups:
        alone = len(group.rows) == 1 and not group.topic
        fitting = (one for one in found if alone and _fits(one, group.rows[0]))
        if one := next(fitting, None):
            one.rows += group.rows
        else:
            found.append(group)
            group.is_open = alone
    return found


def _fits(group: Group, row: Row) -> bool:
    first = group.rows[0]
    if not group.is_open or first.command != row.command:
        return False
    ours, theirs = (set(one.result) - {"recording"} for one in (first, row))
    are_alike = len(ours & theirs) >= _ALIKE * max(len(ours | theirs), 1)
    return are_alike and alike(first.question["en"], row.question["en"]) >= _ALIKE
