"""What is true in which release: topics of evidence/topics.toml as tables, neighbours folded.

Releases one after another that answer the same make an era, one column. Times are no answers: they
differ in each run.
"""

import re
from functools import cache
from html import escape
from itertools import groupby
from typing import Any

from evidence.rows import Row, every
from evidence.topics import topic_of, topics
from site_build.groups import Group, grouped
from site_build.labels import word
from site_build.markup import box, folded
from site_build.page import current
from site_build.values import label, plain, shown

_TIME = re.compile(r"_m?s$")
Era = list[Row]


class NoTopic(LookupError):
    """A topic that is not in the registry, or has no rows."""


def releases(name: str) -> str:
    """The tables of a topic: of FastAPI's releases, and of Starlette's where they were asked, too.

    Raises:
        NoTopic: there is nothing to draw.
    """
    if name not in topics():
        raise NoTopic(f"there is no topic {name!r}; there are: {', '.join(topics())}")
    rows = [row for row in every().values() if _topic_name(row) == name]
    if not rows:
        raise NoTopic(f"the topic {name!r} was never measured")
    asked = escape(topics()[name].question[current.language])
    return f"<p>{asked}</p>" + "".join(_table(group) for group in grouped(rows))


def measured_releases() -> list[str]:
    """The releases of FastAPI that were asked something, oldest first."""
    groups = (group for group in grouped(every().values()) if group.package == "FastAPI")
    found = {release(row) for group in groups for row in group.rows}
    return sorted(found, key=lambda one: [int(part) for part in one.split(".")])


@cache
def _name_of(row_id: str) -> str:
    found = topic_of(row_id)
    return found[0].name if found else ""


def _topic_name(row: Row) -> str:
    return _name_of(row.id)


def release(row: Row) -> str:
    """The release that a topic's row asked."""
    found = topic_of(row.id)
    return found[1] if found else ""


def eras(group: Group) -> list[Era]:
    """A topic's rows, those next to each other with equal answers together."""
    return [list(rows) for _, rows in groupby(group.rows, key=lambda row: _answers(group, row))]


def _answers(group: Group, row: Row) -> dict[str, Any]:
    told = (key for key in _named(group) if not _TIME.search(key))
    return {key: plain(key, row.result[key]) if key in row.result else None for key in told}


def _named(group: Group) -> list[str]:
    """The keys that have a label, in the registry's order."""
    assert group.topic
    first = list(group.topic.labels)
    named = [key for key in group.keys if group.topic.label(key)]
    return sorted(named, key=lambda key: first.index(key) if key in first else len(first))


def _table(group: Group) -> str:
    """What has changed; and on demand, where something has, what has not."""
    columns = eras(group)
    answers = [_answers(group, rows[0]) for rows in columns]
    keys = _named(group)
    same = [key for key in keys if len({one.get(key) for one in answers}) == 1]
    changed = [key for key in keys if key not in same]
    if not changed:
        return box(_lines(group, keys, columns))
    folds = folded(word("unchanged", n=str(len(same))), box(_lines(group, same, columns)))
    return box(_lines(group, changed, columns)) + (folds if same else "")


def _lines(group: Group, keys: list[str], columns: list[Era]) -> str:
    heads = "".join(_head(group, rows) for rows in columns)
    lines = "".join(_line(group, key, columns) for key in keys)
    head = f'<thead><tr><th scope="col">{group.package}</th>{heads}</tr></thead>'
    return f'<table class="evidence releases">{head}<tbody>{lines}</tbody></table>'


def _head(group: Group, rows: Era) -> str:
    """The first and the last release of an era, with a link to each that was measured."""
    first, last = release(rows[0]), release(rows[-1])
    low = _pinned(rows[0])
    told = low if len(rows) == 1 else word("spread", low=low, high=last)
    holds = f' data-from="{first}"' if group.package == "FastAPI" else ""
    links = ", ".join(f'<a href="{current.cite(row.id)}">{release(row)}</a>' for row in rows)
    with_ = f'<span class="measured-with">{word("measured_with", links=links)}</span>'
    return f'<th scope="col"{holds}>{told} {with_}</th>'


def _pinned(row: Row) -> str:
    """A release, with a link to what shows that none lies between it and the one before."""
    boundary = f"boundary-{row.id}"
    if boundary not in every():
        return release(row)
    return f'<a href="{current.cite(boundary)}">{release(row)}</a>'


def _line(group: Group, key: str, columns: list[Era]) -> str:
    cells = ""
    for rows in columns:
        row = rows[-1]
        text = shown(key, row.result[key]) if key in row.result else "–"
        link = f'<a class="claim" href="{current.cite(row.id)}">{text}</a>'
        cells += f'<td data-evidence="{row.id}">{link if "<details" not in text else text}</td>'
    return f'<tr><th scope="row">{label(columns[0][0], key)}</th>{cells}</tr>'


def bar() -> str:
    """Where the page's script puts the switch: the reader's FastAPI. It says what was measured."""
    known = measured_releases()
    told = escape(word("your_version", low=known[0], high=known[-1], n=str(len(known))))
    return f'<div class="your-version" data-releases="{" ".join(known)}"><p>{told}</p></div>'
