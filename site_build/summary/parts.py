"""The parts of the page `summary`, as the fence ```summary show="…" asks for them.

file      a link to the PDF; on paper, where the addresses begin
claims    all claims by group: the truth, where it is told, the belief, the verdict, the fix
patterns  all patterns: what each does, where it is told, when to use it
model     the mental model, and the questions that follow from it
"""

from collections.abc import Callable
from functools import cache
from html import escape

from markdown import Markdown

from site_build.headings import place
from site_build.labels import word
from site_build.markup import inline
from site_build.navigation import navigation
from site_build.page import current
from site_build.summary import boxes

PAGE = "summary"
FILE = f"{PAGE}.pdf"
_MODEL, _QUESTIONS = "mental-model", "right-tool"


@cache
def _markdown() -> Markdown:
    return Markdown(extensions=["attr_list", "site_build.claims"])


def _html(markdown: str, page: str) -> str:
    """A passage of a page as HTML for this page; its marks lead to what they rest on."""
    return _markdown().reset().convert(boxes.elsewhere(markdown, page))


def _entry(page: str, *passages: str) -> str:
    address, title = place(page)
    told = "".join(_html(passage, page) for passage in passages)
    return (
        f'<li><p class="truth"><a href="{address}">{inline(title)}</a> '
        f'<span class="at">{page}/</span></p>{told}</li>'
    )


def _claim(page: str) -> str:
    told = boxes.claim(page)
    return _entry(page, told.belief + word("space") + told.verdict, told.fix)


def _file() -> str:
    home = current.address.removesuffix(f"{PAGE}/")
    return (
        f'<p class="screen"><a class="md-button" href="{current.root}{FILE}">'
        f"{word('sheet_file')}</a></p>"
        f'<p class="paper">{word("sheet_home")}<code>{escape(home)}</code></p>'
    )


def _claims() -> str:
    known = set(navigation.claims)
    return "".join(
        f'<p class="group">{escape(group.titles[current.language])}</p>'
        f'<ul class="sheet">{"".join(map(_claim, group.pages))}</ul>'
        for group in navigation.groups
        if known.issuperset(group.pages)
    )


def _patterns() -> str:
    entries = (_entry(page, boxes.use(page)) for page in navigation.patterns)
    return f'<ul class="sheet">{"".join(entries)}</ul>'


def _model() -> str:
    title, questions = boxes.section(_MODEL, _QUESTIONS)
    told = "\n\n".join(boxes.box(_MODEL))
    head = f'<p class="group">{inline(title)}</p>'
    return _html(told, _MODEL) + head + _html(questions, _MODEL)


_PARTS: dict[str, Callable[[], str]] = {
    "file": _file,
    "claims": _claims,
    "patterns": _patterns,
    "model": _model,
}


def part(name: str) -> str:
    """A part of the page, in the language of the page at hand.

    Raises:
        SummaryError: there is no such part, or a page lacks what is told of it.
        NoPlaceError: what is told has a link that leads nowhere.
    """
    if name not in _PARTS:
        raise boxes.SummaryError(f"there is no part {name!r}; there are: {', '.join(_PARTS)}")
    return f'<div class="summary">{_PARTS[name]()}</div>'
