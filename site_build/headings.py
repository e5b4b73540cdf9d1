"""The headings of a page, so that what links to it is named as the page names itself."""

import re
from functools import cache
from pathlib import Path

from site_build.page import current
from site_build.snippets import ROOT

_FENCE = re.compile(r"^(`{3,})[^`\n]*\n.*?^\1[ \t]*$", re.M | re.S)
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+?) *\{#(?P<id>[\w-]+)\} *$", re.M)
# Sections that every claim or every pattern has: their headings don't tell where a link leads.
_USUAL = frozenset(
    {"wrong", "why-it-happens", "why-people-fall-for-it", "right", "check-your-code", "evidence"}
    | {"app", "promises", "what-it-costs", "what-breaks-it", "variations"}
)


class NoPlaceError(LookupError):
    """A page or a heading that is linked to, and is not there."""


@cache
def _headings(path: Path, changed: int) -> dict[str, str]:
    """The text of each heading, by its id; the first is the page's title."""
    text = _FENCE.sub("", path.read_text("utf-8"))
    return {found["id"]: found["text"] for found in _HEADING.finditer(text)}


def headings(page: str) -> dict[str, str]:
    """The headings of a page in the language of the page at hand.

    Raises:
        NoPlaceError: there is no such page.
    """
    path = ROOT / "docs" / current.language / f"{page}.md"
    if not path.is_file():
        raise NoPlaceError(f"there is no docs/{current.language}/{page}.md")
    return _headings(path, path.stat().st_mtime_ns)


def place(to: str) -> tuple[str, str]:
    """The address of `page` or `page#heading`, and what it is called, as Markdown.

    That is the text of the heading; of a section that all pages of its kind have, the page's title.

    Raises:
        NoPlaceError: there is no such page, or it has no such heading.
    """
    page, _, anchor = to.partition("#")
    found = headings(page)
    title = next(iter(found))
    if anchor and anchor not in found:
        raise NoPlaceError(f"docs/{current.language}/{page}.md has no heading {{#{anchor}}}")
    name = title if not anchor or anchor in _USUAL else anchor
    return f"{current.root}{page}/{'#' if anchor else ''}{anchor}", found[name]
