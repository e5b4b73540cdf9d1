"""Which page leads to which, from site_build/guide/claims.toml; and the list of all by groups.

[sequential-order]
about = { zh = "…", en = "…" }          # in a few words: what stands there, beyond the title
related = ["failure-aborts-rest", "create-task"]

A pattern has an entry of the same kind. A claim to which it leads leads to it, too.
"""

import tomllib
from functools import cache
from html import escape
from typing import Any

from site_build.headings import place
from site_build.labels import word
from site_build.markup import inline
from site_build.navigation import navigation
from site_build.page import current
from site_build.snippets import ROOT

FILE = ROOT / "site_build" / "guide" / "claims.toml"


class RelatedError(LookupError):
    """A page that nothing leads to, or that leads nowhere."""


@cache
def _read(changed: int) -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text("utf-8"))


def entries() -> dict[str, dict[str, Any]]:
    """All entries of the file, by the page's id."""
    return _read(FILE.stat().st_mtime_ns)


def leads_to(page: str) -> list[str]:
    """The pages that a claim or a pattern leads to: what its entry says, and who copies from it.

    Raises:
        RelatedError: the page, or a pattern, has no entry.
    """
    own: list[str] = _entry(page)["related"]
    if page in navigation.patterns:
        return own
    copies = [one for one in navigation.patterns if page in _entry(one)["related"]]
    return list(dict.fromkeys([*own, *copies]))


def related(page: str) -> str:
    """The last section of a claim's or a pattern's page, as Markdown: MkDocs looks at its links.

    Raises:
        RelatedError: the page has no entry, or one that it leads to has none.
        NoPlaceError: what it leads to has no page.
    """
    lines = "".join(_line(other) for other in leads_to(page))
    return f"\n\n## {word('related')} {{#related data-search-exclude}}\n\n{lines}"


def _line(page: str) -> str:
    _, title = place(page)
    return f"- [{title}]({page}.md){word('colon')}{_about(page)}\n"


def _about(page: str) -> str:
    text: str = _entry(page)["about"][current.language]
    return text


def _entry(page: str) -> dict[str, Any]:
    try:
        return entries()[page]
    except KeyError as error:
        raise RelatedError(
            f"{FILE.relative_to(ROOT)} needs [{page}] with `about` and `related`"
        ) from error


def claims() -> str:
    """All claims and patterns by their groups, each with its title and what it is about."""
    return "".join(
        f'<p class="group">{escape(group.titles[current.language])}</p>'
        f"<ul>{''.join(_item(page) for page in group.pages)}</ul>"
        for group in navigation.groups
    )


def _item(page: str) -> str:
    address, title = place(page)
    about = f'<span class="about">{inline(_about(page))}</span>'
    return f'<li><a href="{address}">{inline(title)}</a> {about}</li>'
