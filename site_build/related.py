"""Which claim leads to which, from site_build/guide/claims.toml; and the list of all claims.

[sequential-order]
about = { zh = "…", en = "…" }          # in a few words: what stands there, beyond the title
related = ["failure-aborts-rest", "create-task"]
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
    """A claim that nothing leads to, or that leads nowhere."""


@cache
def _read(changed: int) -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text("utf-8"))


def entries() -> dict[str, dict[str, Any]]:
    """All entries of the file, by the claim's id."""
    return _read(FILE.stat().st_mtime_ns)


def related(claim: str) -> str:
    """The last section of a claim's page, as Markdown: MkDocs looks at its links.

    Raises:
        RelatedError: the claim has no entry, or one that it leads to has none.
        NoPlaceError: a claim that it leads to has no page.
    """
    lines = "".join(_line(other) for other in _entry(claim)["related"])
    return f"\n\n## {word('related')} {{#related data-search-exclude}}\n\n{lines}"


def _line(claim: str) -> str:
    _, title = place(claim)
    return f"- [{title}]({claim}.md){word('colon')}{_about(claim)}\n"


def _about(claim: str) -> str:
    text: str = _entry(claim)["about"][current.language]
    return text


def _entry(claim: str) -> dict[str, Any]:
    try:
        return entries()[claim]
    except KeyError as error:
        raise RelatedError(
            f"{FILE.relative_to(ROOT)} needs [{claim}] with `about` and `related`"
        ) from error


def claims() -> str:
    """All claims by their groups, each with its title and what it is about."""
    return "".join(
        f'<p class="group">{escape(group.titles[current.language])}</p>'
        f"<ul>{''.join(_item(page) for page in group.pages)}</ul>"
        for group in navigation.groups
    )


def _item(claim: str) -> str:
    address, title = place(claim)
    about = f'<span class="about">{inline(_about(claim))}</span>'
    return f'<li><a href="{address}">{inline(title)}</a> {about}</li>'
