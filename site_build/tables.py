"""Tables that are declared in evidence/tables/<name>.toml, and whose cells rest on rows.

corner = { zh = "…", en = "…" }         # above the heads of the lines
[[columns]]                             # and [[lines]]: what is compared
id = "sigterm"
zh = "…"
en = "…"
row = "sigterm-{line}"                  # which row a cell rests on; a line, or a cell, may say it
says = "finished"                       # and how its result is worded

[[says.finished]]                       # the first whose condition holds
if = ["async_task_finished"]            # statements as in a mark, about the row; all must hold
zh = "✓ 做完，{exit_after_s}后退出"      # a value of the row, a list's median, with its unit
en = "✓ finished; exits after {exit_after_s}"

[[cells]]                               # what is not as its line and its column say
at = "huey/child"                       # line/column; it has one or more of these pieces:
row = "child-killed-huey-processes"
ours = { zh = "✗ 过度设计", en = "✗ overkill" }   # a judgement, with its reason
why = { zh = "…", en = "…" }
none = { zh = "没有子进程", en = "no child process" }  # the question makes no sense
"""

import re
import tomllib
from html import escape
from typing import Any

from evidence.rows import Row, every
from site_build import measured
from site_build.labels import word
from site_build.markup import box
from site_build.page import current
from site_build.snippets import ROOT
from site_build.values import plain

FOLDER = ROOT / "evidence" / "tables"
_VALUE = re.compile(r"\{(\w+)\}")


class TableError(LookupError):
    """A table, or one of its cells, that cannot be drawn; the message names file and cell."""


def table(name: str) -> str:
    """A declared table as HTML, in the language of the page at hand.

    Raises:
        TableError: there is no such table, a row of it was never measured, or nothing that a cell
            may say is true of its row.
    """
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(path.stem for path in FOLDER.glob("*.toml")))
        raise TableError(f"there is no {path.relative_to(ROOT)}; there are: {known}")
    drawn = _Table(name, tomllib.loads(path.read_text("utf-8")))
    try:
        return box(drawn.html())
    except KeyError as error:
        raise TableError(f"{path.relative_to(ROOT)}: {error} is missing") from error


class _Table:
    """One table, as it is declared."""

    def __init__(self, name: str, declared: dict[str, Any]) -> None:
        self.name, self.declared = name, declared
        self.special = {cell["at"]: cell for cell in declared.get("cells", ())}

    def html(self) -> str:
        columns, lines = self.declared["columns"], self.declared["lines"]
        places = {f"{line['id']}/{column['id']}" for line in lines for column in columns}
        if surplus := self.special.keys() - places:
            raise TableError(f"evidence/tables/{self.name}.toml: no place for {sorted(surplus)}")
        corner = _told(self.declared["corner"])
        heads = "".join(_head(column) for column in columns)
        body = "".join(
            f'<tr><th scope="row">{_told(line)}</th>'
            f"{''.join(self._cell(line, column) for column in columns)}</tr>"
            for line in lines
        )
        head = f'<thead><tr><th scope="col">{corner}</th>{heads}</tr></thead>'
        kind = " releases" if any("from" in column for column in columns) else ""
        return f'<table class="evidence declared{kind}">{head}<tbody>{body}</tbody></table>'

    def _cell(self, line: dict[str, Any], column: dict[str, Any]) -> str:
        place = f"{line['id']}/{column['id']}"
        own = self.special.get(place)
        cell = own if own is not None else {**column, **line}
        pieces, rests_on = [], ""
        if "ours" in cell:
            pieces.append(_judgement(cell))
        if "none" in cell:
            pieces.append(f'<span class="none">{_told(cell["none"])}</span>')
        rested = [cell] if "row" in cell else []
        for one in [*rested, *cell.get("more", ())]:
            row_id = one["row"].format(line=line["id"], column=column["id"])
            says = one.get("says") or line.get("says") or column["says"]
            pieces.append(self._evidence(place, [row_id, *one.get("also", ())], says))
            rests_on = rests_on or f' data-evidence="{row_id}"'
        if not pieces:
            raise TableError(f"evidence/tables/{self.name}.toml: nothing is said at {place}")
        told = "".join(f"<div>{piece}</div>" for piece in pieces)
        return f"<td{rests_on}>{told if len(pieces) > 1 else pieces[0]}</td>"

    def _evidence(self, place: str, row_ids: list[str], says: str) -> str:
        """What is true of all rows, as a link to the first."""
        where = f"evidence/tables/{self.name}.toml: at {place}"
        for row_id in row_ids:
            if row_id not in every():
                raise TableError(
                    f"{where} there is no row {row_id!r} in evidence/results; "
                    "`make evidence` measures"
                )
        address, *_ = [current.cite(row_id) for row_id in row_ids]
        found = [every()[row_id] for row_id in row_ids]
        for option in self.declared["says"][says]:
            if all(_holds(option, row) for row in found):
                words = option[current.language]
                text = _VALUE.sub(lambda value: _value(value[1], found[0], where), words)
                return f'<a class="claim" href="{address}">{escape(text)}</a>'
        raise TableError(f"{where} nothing of says.{says} is true of {', '.join(row_ids)}")


def _head(column: dict[str, Any]) -> str:
    holds = f' data-from="{column["from"]}"' if "from" in column else ""
    return f'<th scope="col"{holds}>{_told(column)}</th>'


def _holds(option: dict[str, Any], found: Row) -> bool:
    if "has" in option and option["has"] not in found.result:
        return False
    conditions = option.get("if", ())
    listed = [conditions] if isinstance(conditions, str) else conditions
    return all(measured.evaluate(f"evidence/{found.id} {one}") is True for one in listed)


def _value(key: str, found: Row, where: str) -> str:
    if key == "asked_of":
        question = found.question[current.language]
        comma, colon = ("，", "：") if current.language == "zh" else (", ", ": ")
        return question.rpartition(colon)[0].partition(comma)[2]
    if key not in found.result:
        raise TableError(
            f"{where} row {found.id} has no {key!r}; it has: {', '.join(found.result)}"
        )
    return plain(key, found.result[key])


def _judgement(cell: dict[str, Any]) -> str:
    """What we think, told as such, and why."""
    reason = f'<span class="reason">{word("ours")}{_told(cell["why"])}</span>'
    return f'<span class="ours">{_told(cell["ours"])} {reason}</span>'


def _told(words: dict[str, str]) -> str:
    """A text in the language at hand, in which `code` is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words[current.language], quote=False))
