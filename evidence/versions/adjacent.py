"""Between which two releases each answer changes; nothing was published between the two."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from evidence.processes import ProbeError
from evidence.rows import Finding, Row, every
from evidence.topics import Topic, topic_of, topics
from evidence.versions.asking import number
from evidence.versions.published import between

Change = tuple[Topic, Row, Row, list[str]]
TITLES = {"fastapi": "FastAPI", "starlette": "Starlette"}
QUESTION = {
    "zh": "{title} {before} 和 {after} 之间没有别的版本；对“{question}”的回答有哪些不同？",
    "en": "Nothing lies between {title} {before} and {after}; what differs: “{question}”",
}


def changes(package: str) -> Iterator[Change]:
    """Neighbouring rows of a topic that differ, and the labelled keys in which they do."""
    for topic in topics().values():
        rows = [row for row in every().values() if _is_of(row, topic, package)]
        rows.sort(key=lambda row: number(row.versions[package]))
        for before, after in pairwise(rows):
            keys = changed(topic, before, after)
            if keys:
                yield topic, before, after, keys


def changed(topic: Topic, before: Row, after: Row) -> list[str]:
    """The labelled keys that two rows answer differently, one that is missing included."""
    keys = dict.fromkeys([*before.result, *after.result])
    return [
        key
        for key in keys
        if topic.label(key)
        and not isinstance(after.result.get(key), list)
        and before.result.get(key) != after.result.get(key)
    ]


def _is_of(row: Row, topic: Topic, package: str) -> bool:
    found = topic_of(row.id)
    return found is not None and row.id == topic.row_id(row.versions[package], package)


def found() -> Iterator[Finding]:
    """A finding for each topic and pair.

    Raises:
        ProbeError: releases lie between the two, so that the change is not pinned.
    """
    pairs = {package: list(changes(package)) for package in TITLES}
    for package in TITLES:
        for topic, before, after, keys in pairs[package]:
            whose = package
            if package == "fastapi" and _has_other_starlette(before, after, keys):
                whose = _whose(topic, before, after, keys, pairs["starlette"])
            yield _finding(package, topic, before, after, keys, whose)


def _has_other_starlette(before: Row, after: Row, keys: list[str]) -> bool:
    """Whether the change may be Starlette's; a key that appears tells of FastAPI's parameters."""
    appear = all(key not in before.result for key in keys)
    return before.versions["starlette"] != after.versions["starlette"] and not appear


def _whose(topic: Topic, before: Row, after: Row, keys: list[str], starlettes: list[Change]) -> str:
    """Starlette's, if one FastAPI changes alike with the Starlettes between those of two rows.

    Raises:
        ProbeError: it doesn't.
    """
    low, high = (number(row.versions["starlette"]) for row in (before, after))
    for other, one, next_one, flipped in starlettes:
        ends = (number(row.versions["starlette"]) for row in (one, next_one))
        if other == topic and all(low <= end <= high for end in ends) and {*keys} <= {*flipped}:
            return "starlette"
    raise ProbeError(f"{before.id} and {after.id} have another Starlette too: {keys}")


def _question(topic: Topic, title: str, before: str, after: str) -> dict[str, str]:
    named = {"title": title, "before": before, "after": after}
    return {
        language: text.format(**named, question=topic.question[language])
        for language, text in QUESTION.items()
    }


def _finding(
    package: str, topic: Topic, before: Row, after: Row, keys: Iterable[str], whose: str
) -> Finding:
    low, high = (row.versions[package] for row in (before, after))
    if between(package, low, high):
        raise ProbeError(
            f"{topic.name} changes between {TITLES[package]} {low} and {high} ({', '.join(keys)}), "
            f"find where: python -m evidence.versions.bisect {topic.name} KEY {low} {high}"
        )
    return Finding(
        f"boundary-{topic.row_id(high, package)}",
        topic.page,
        _question(topic, TITLES[package], low, high),
        {package: high},
        {
            "package": package,
            "last_before": low,
            "first_after": high,
            "releases_between_count": 0,
            "changed_by": whose,
            "changed_keys": ", ".join(keys),
        },
    )
