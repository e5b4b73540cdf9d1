"""The places on a page, besides headings, that can be linked to, each with its ¶.

    #sequential_order-wrong            the listing of a snippet; with -7 its seventh line
    #sequential_order-wrong-timeline   its timeline
    #why-it-happens-table              the first table below a heading; with -2 the second
    #why-it-happens-code               the first listing that is no snippet's

So what is changed elsewhere on a page changes none of them. A table whose rows have ids is linked
to by its first one. Where an id has moved, the old one stays: beside the new one, or as a line that
leads to another page.
"""

import re
from dataclasses import dataclass, field
from html import escape, unescape

from site_build.headings import NoPlaceError, place
from site_build.labels import word
from site_build.page import current
from site_build.permalinks.redirects import NAME, RedirectError, inside
from site_build.snippets import Snippet

_TOKEN = re.compile(
    r'<h[1-6][^>]* id="(?P<heading>[^"]+)"[^>]*>(?P<said>.*?)<a class="headerlink"'
    r'|(?P<table><div class="table-box"|<table)'
    r'|(?P<code><div class="(?:language-\S+ )?highlight")|(?P<sample></?live-sandbox)'
)
_ID = re.compile(r' id="([^"]+)"')
_PLAIN = 'title="¶"'  # mkdocs.yml's permalink_title: one for both languages


def listing(found: Snippet) -> str:
    """What stands before the listing of a snippet."""
    label = found.label(current.language)
    return current.set_aside(_place(id_of(found), f'data-listing="{found.id}"', label))


def timeline(found: Snippet, title: str) -> str:
    """What stands before the timeline of a snippet."""
    return _place(f"{id_of(found)}-timeline", f'data-timeline="{found.id}"', title)


def id_of(found: Snippet) -> str:
    """The id of a snippet's listing; its lines have the same with their number."""
    return found.id.replace("/", "-")


def lines_of(found: Snippet) -> str:
    """What the ids of a listing's lines begin with; "" if the page has them already."""
    return "" if id_of(found) in current.places else id_of(found)


def _place(name: str, more: str, label: str, *, has_id: bool = True) -> str:
    """A place with its permalink; of what stands on a page twice, the first one has the id."""
    own = f' id="{name}"' if has_id and name not in current.places else ""
    current.places.add(name)
    link = f'<a class="headerlink" href="#{name}" aria-label="{escape(label)}">&para;</a>'
    return f'<div class="place"{own} {more}>{link}</div>'


@dataclass
class _Walk:
    """Goes through a page, and puts a place before each table and each plain listing."""

    heading: str = ""
    said: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    in_sample: bool = False
    end: int = -1  # of the table or listing at hand: a table in its box is one

    def __call__(self, token: re.Match[str]) -> str:
        """What takes the place of a token."""
        if token["heading"]:
            self.heading, self.counts = token["heading"], {}
            self.said = re.sub("<[^>]+>", "", token["said"])
        elif token["sample"]:
            self.in_sample = token["sample"] == "<live-sandbox"
        elif not self.in_sample and token.start() > self.end:
            kind = "table" if token["table"] else "code"
            closing = "</table>" if token["table"] else "</pre>"
            self.end = token.string.find(closing, token.end())
            return self._numbered(kind, token.string[token.start() : self.end]) + token[0]
        return token[0]

    def _numbered(self, kind: str, html: str) -> str:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        number = "" if self.counts[kind] == 1 else f"-{self.counts[kind]}"
        row = _ID.search(html) if kind == "table" else None
        name = row[1] if row else f"{self.heading}-{kind}{number}"
        label = word(f"place_{kind}") + word("colon") + unescape(self.said)
        return current.set_aside(_place(name, f"data-{kind}", label, has_id=row is None))


def with_places(html: str) -> str:
    """A page whose tables and plain listings can be linked to, and whose ¶ say what they are."""
    return _TOKEN.sub(_Walk(), html).replace(_PLAIN, f'title="{word("permalink")}"')


def with_moved(html: str, page: str, redirects: dict[str, str]) -> str:
    """A page, `/page/`, on which the ids are still there that it has had.

    Raises:
        RedirectError: what one of them leads to is not there.
    """
    for old, to in inside(page, redirects).items():
        there, _, new = to.partition("#")
        if f' id="{old}"' in html:
            raise RedirectError(f"{NAME}: {page}#{old} leads to {to}, but it is there; remove one")
        if there == page:
            html, found = re.subn(
                rf'<[^>]* id="{re.escape(new)}"[^>]*>',
                lambda start: f'{start[0]}<span class="alias" id="{old}"></span>',  # noqa: B023
                html,
                count=1,
            )
            if not found:
                raise RedirectError(f"{NAME}: {page}#{old} leads to {to}, which is not there")
        else:
            html += _onward(old, to)
    return html


def _onward(old: str, to: str) -> str:
    """What a reader sees who comes to a place that is on another page now."""
    page, _, anchor = to.partition("#")
    try:
        address, title = place(page.strip("/"))
    except NoPlaceError as error:
        raise RedirectError(f"{NAME}: #{old} leads to {to}: {error}") from error
    href = f"{address}{'#' if anchor else ''}{anchor}"
    link = f'<a href="{href}">{escape(title)}</a>'
    return f'<p class="moved" id="{old}">{word("moved_to")}{link}</p>'
