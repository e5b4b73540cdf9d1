"""All rows of a part on the page `evidence`: those that were asked the same stand in one table.

Each row is there once, under its id: marks, table cells and proofs lead to it.
"""

from collections.abc import Callable
from html import escape
from itertools import groupby

from evidence.locks import older
from evidence.rows import Row
from evidence.topics import topic_of
from site_build.groups import Group, groups_of
from site_build.labels import measured_on, word
from site_build.markup import box, folded
from site_build.page import current
from site_build.questions import shared, subject
from site_build.snippets import ROOT
from site_build.values import label, shown

# With more results than so many, a row is a column and no line.
_COLUMNS = 6
# What is left of a sentence's punctuation where questions are cut.
_EDGES = " ,，:：.。;；"


class NoRows(LookupError):
    """A part that has no results."""


def rows_of(part: str) -> str:
    """All rows of a part, with the command that measures the part again.

    Raises:
        NoRows: nothing was measured in it.
    """
    groups = groups_of(part)
    if not groups:
        raise NoRows(f"there are no results of {part!r} in evidence/results")
    count = word("rows_of_part", n=str(sum(len(group.rows) for group in groups)))
    command = f"<code>make evidence ONLY={part}</code>"
    shown = "".join(_group(group) for group in groups)
    return current.set_aside(f'<p class="measured">{count} {command}</p>{shown}')


def _group(group: Group) -> str:
    if group.topic:
        question = group.topic.question[current.language]
        return _across(group, question, lambda row: (topic_of(row.id) or (None, ""))[1])
    if len(group.rows) == 1:
        return _alone(group.rows[0])
    common = shared([_question(row) for row in group.rows])
    asked = " … ".join(part.strip(_EDGES) for part in common if part.strip(_EDGES))

    def named(row: Row) -> str:
        return subject(_question(row), common).strip(_EDGES)

    many = len(group.keys) > _COLUMNS
    return _across(group, asked, named) if many else _down(group, asked, named)


def _question(row: Row) -> str:
    return row.question[current.language]


def _across(group: Group, asked: str, named: Callable[[Row], str]) -> str:
    """A line for each key, a column for each row; keys of releases without a name are folded."""
    heads = "".join(
        f'<th scope="col" id="{row.id}">{escape(named(row))}{_stale(row)}</th>'
        for row in group.rows
    )
    topic = group.topic
    first = [key for key in group.keys if not topic or topic.label(key)]
    rest = [key for key in group.keys if key not in first]
    lines, details = ("".join(_answers(group, key) for key in keys) for keys in (first, rest))
    head = (
        f'<thead><tr><th scope="col">{group.package or word("asked_of")}</th>{heads}</tr></thead>'
    )
    table = f'<table class="evidence">{head}<tbody>{lines}</tbody></table>'
    more = table.replace(' id="', ' data-of="').replace(lines, details)
    folded_rest = folded(word("details", n=str(len(rest))), box(more)) if rest else ""
    said = "".join(f"<li>{_how(row)}</li>" for row in group.rows)
    measured = folded(word("how_measured"), f"<ul>{said}</ul>")
    return f'<p class="asked">{escape(asked)}</p>{box(table)}{folded_rest}{measured}'


def _answers(group: Group, key: str) -> str:
    """One line; equal answers of neighbours take one cell."""
    told = ""
    for text, rows in groupby(group.rows, lambda row: _answer(row, key)):
        ids = [row.id for row in rows]
        told += f'<td colspan="{len(ids)}" data-evidence="{ids[-1]}">{text}</td>'
    return f'<tr><th scope="row">{label(group.rows[0], key)}</th>{told}</tr>'


def _answer(row: Row, key: str) -> str:
    return shown(key, row.result[key]) if key in row.result else "–"


def _down(group: Group, asked: str, named: Callable[[Row], str]) -> str:
    """A line for each row, a column for each key."""
    keys = group.keys
    heads = "".join(f'<th scope="col">{label(group.rows[0], key)}</th>' for key in keys)
    lines = ""
    for row in group.rows:
        cells = "".join(f'<td data-evidence="{row.id}">{_answer(row, key)}</td>' for key in keys)
        head = f"{escape(named(row))}{_stale(row)}{_measured(row)}"
        lines += f'<tr id="{row.id}"><th scope="row">{head}</th>{cells}</tr>'
    head = f'<thead><tr><th scope="col">{word("asked_of")}</th>{heads}</tr></thead>'
    table = f'<table class="evidence">{head}<tbody>{lines}</tbody></table>'
    return f'<p class="asked">{escape(asked)}</p>{box(table)}'


def _alone(row: Row) -> str:
    pairs = "".join(
        f"<div><dt>{label(row, key)}</dt><dd>{shown(key, value)}</dd></div>"
        for key, value in row.result.items()
        if key != "recording"
    )
    drawn = f"<p>{word('drawn', page=_page(row))}</p>" if "recording" in row.result else ""
    answers = f"<dl>{pairs}</dl>" if pairs else ""
    asked = f'<p class="asked">{escape(_question(row))}{_stale(row)}</p>'
    return f'<div class="row-alone" id="{row.id}">{asked}{answers}{drawn}{_measured(row)}</div>'


def _page(row: Row) -> str:
    """The page that a row belongs to; a link if it is written."""
    there = any((ROOT / "docs" / current.language).rglob(f"{row.claim}.md"))
    return f'<a href="{current.root}{row.claim}/">{row.claim}</a>' if there else row.claim


def _measured(row: Row) -> str:
    return folded(word("how_measured"), f"<p>{_how(row)}</p>")


def _how(row: Row) -> str:
    """The day, the versions, what is newer by now, how often, and the command to repeat it."""
    told = [f"<code>{row.id}</code>", escape(measured_on(row.id)), word("runs", n=str(row.runs))]
    newer = older(row)
    if newer:
        told.append(word("locked_now", newer=", ".join(f"{k} {v}" for k, v in newer.items())))
    return " · ".join([*told, f"<code>{escape(row.command)}</code>"])


def _stale(row: Row) -> str:
    return f' <span class="stale">{word("stale")}</span>' if older(row) else ""
