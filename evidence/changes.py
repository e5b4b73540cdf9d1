"""What is different between two measurements, and which differences turn an answer round.

A truth, a text or a count is an answer: it must be the same; of a count that varies from run to
run, the ranges must overlap. A measured time agrees when it is within `FACTOR` times the other, or
within `SLACK_S`, medians compared. Versions are no answers, nor is what was given (`watched_s`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from evidence.rows import Row
from evidence.units import is_given, seconds_in

FACTOR = 3.0
SLACK_S = 0.5
# These tell how busy the machine was, so that a reader can judge the rest.
CIRCUMSTANCES = ("worker_back_after_s",)


@dataclass(frozen=True)
class Change:
    """One value that is different; `key` is "" where the whole row has come or gone."""

    row_id: str
    key: str
    before: Any
    after: Any
    flipped: bool

    def __str__(self) -> str:
        if not self.key:
            return f"- {self.row_id}" if self.flipped else f"+ {self.row_id}: {_short(self.after)}"
        told = f"{self.row_id}: {self.key} {_short(self.before)} → {_short(self.after)}"
        return f"{'!' if self.flipped else '~'} {told}"


def changes(old: Iterable[Row], new: Iterable[Row]) -> Iterator[Change]:
    """What is different, by row; the day alone is no difference."""
    before, after = ({row.id: row for row in rows} for rows in (old, new))
    for row_id in sorted(before.keys() | after.keys()):
        if row_id not in after:
            yield Change(row_id, "", before[row_id].result, None, flipped=True)
        elif row_id not in before:
            yield Change(row_id, "", None, after[row_id].result, flipped=False)
        else:
            yield from _values(before[row_id], after[row_id])


def _values(old: Row, new: Row) -> Iterator[Change]:
    for name in ("result", "versions"):
        before, after = getattr(old, name), getattr(new, name)
        for key in sorted(before.keys() | after.keys()):
            one, other = before.get(key), after.get(key)
            if one != other:
                flipped = name == "result" and not agree(key, one, other)
                yield Change(new.id, key, one, other, flipped)


def agree(key: str, one: Any, other: Any, factor: float = FACTOR, slack_s: float = SLACK_S) -> bool:
    """Whether two values of a key give the same answer; a single run's agrees with a list, too."""
    if one is None or other is None:
        return False
    if key == "recording":
        return _same_order(one, other)
    if is_given(key) or key in CIRCUMSTANCES or one == other:
        return True
    if isinstance(one, bool | str) or isinstance(other, bool | str):
        return False
    unit_s = seconds_in(key)
    if not unit_s:
        return _overlap(_many(one), _many(other))
    return within(median(_many(one)) * unit_s, median(_many(other)) * unit_s, factor, slack_s)


def _overlap(one: list[float], other: list[float]) -> bool:
    """Whether two counts, which may vary from run to run, have a part of their ranges in common."""
    return max(min(one), min(other)) <= min(max(one), max(other))


def within(one_s: float, other_s: float, factor: float = FACTOR, slack_s: float = SLACK_S) -> bool:
    """Whether two times, in seconds, are of the same order."""
    smaller, larger = sorted((one_s, other_s))
    return larger - smaller <= slack_s or larger <= smaller * factor


def _same_order(one: dict[str, Any], other: dict[str, Any]) -> bool:
    first, second = (_told(recording) for recording in (one, other))
    return [told for told, _ in first] == [told for told, _ in second] and all(
        within(at, again) for (_, at), (_, again) in zip(first, second, strict=True)
    )


def _told(recording: dict[str, Any]) -> list[tuple[tuple[str, ...], float]]:
    names = ("kind", "visitor", "name")
    return [(tuple(one[name] for name in names), one["at"]) for one in recording["events"]]


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}…"
