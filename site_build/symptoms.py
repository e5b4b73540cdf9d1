"""What you see, what it is, the fix, and where it is told: site_build/guide/symptoms.toml.

[[nothing-runs]]            # a heading of the page `symptoms`
to = "exception-drops-tasks#wrong"      # a page, or a heading of it
see = { zh = "…", en = "…" }            # or message = "…", an error's text, verbatim
is = { zh = "…", en = "…" }
fix = { zh = "…", en = "…" }
"""

import tomllib
from functools import cache
from html import escape
from typing import Any

from site_build.headings import place
from site_build.labels import word
from site_build.markup import inline
from site_build.page import current
from site_build.snippets import ROOT

FILE = ROOT / "site_build" / "guide" / "symptoms.toml"


class SymptomError(LookupError):
    """A group or a row that cannot be drawn; the message names it."""


@cache
def _read(changed: int) -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(FILE.read_text("utf-8"))


def rows() -> dict[str, list[dict[str, Any]]]:
    """All rows by their group, as the file has them."""
    return _read(FILE.stat().st_mtime_ns)


def symptoms(group: str) -> str:
    """The rows of a group as a table, which a narrow screen shows as a list.

    Raises:
        SymptomError: there is no such group, or a row lacks something.
        NoPlaceError: a row leads to what is not there.
    """
    if group not in rows():
        raise SymptomError(f"there is no [[{group}]]; there are: {', '.join(rows())}")
    try:
        lines = "".join(_row(row) for row in rows()[group])
    except KeyError as error:
        raise SymptomError(f"a row of [[{group}]] lacks {error}") from error
    heads = "".join(
        f'<th role="columnheader" scope="col">{word(key)}</th>' for key in ("see", "is", "fix")
    )
    return (
        '<table class="symptoms" role="table"><thead role="rowgroup">'
        f'<tr role="row">{heads}</tr></thead><tbody role="rowgroup">{lines}</tbody></table>'
    )


def _row(row: dict[str, Any]) -> str:
    """One line; line ends keep its words apart in the search.

    The roles are written out: to a browser, a table with its cells one below another is none.
    """
    language = current.language
    address, heading = place(row["to"])
    if "message" in row:
        see = f"<code>{escape(row['message'])}</code>"
    else:
        see = inline(row["see"][language])
    link = f'<a href="{address}">{inline(heading)}</a>'
    return (
        f'<tr role="row"><th role="rowheader" scope="row">{see}</th>\n'
        f'<td role="cell" data-head="{word("is")}">{inline(row["is"][language])}</td>\n'
        f'<td role="cell" data-head="{word("fix")}">{inline(row["fix"][language])} '
        f'<span class="told">{link}</span></td></tr>\n'
    )
