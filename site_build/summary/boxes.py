"""What a page says in short: its verdict box, or a section of it, read from its Markdown."""

import re
from dataclasses import dataclass

from site_build.headings import place
from site_build.page import current
from site_build.snippets import ROOT

_BOX = re.compile(r'^<div class="verdict" markdown>\n\n(?P<text>\S.*?)\n\n</div>$', re.M | re.S)
_LABEL = re.compile(r"\*\*.+?\*\*")
_LINK = re.compile(r"`[^`]*`|\]\((?P<to>[^)\s]+)\)")


class SummaryError(LookupError):
    """A page without what is told of it in short; the message names the file and the fix."""


@dataclass(frozen=True)
class Claim:
    """Paragraphs of Markdown: the belief, the verdict without its reasons, and the fix."""

    belief: str
    verdict: str
    fix: str


def _file(page: str) -> str:
    return f"docs/{current.language}/{page}.md"


def _text(page: str) -> str:
    path = ROOT / _file(page)
    if not path.is_file():
        raise SummaryError(f"there is no {_file(page)}")
    return path.read_text("utf-8")


def box(page: str) -> list[str]:
    """The paragraphs of a page's verdict box, in the language of the page at hand.

    Raises:
        SummaryError: the page has none.
    """
    found = _BOX.search(_text(page))
    if found is None:
        raise SummaryError(f'{_file(page)} has no `<div class="verdict" markdown>` with a text')
    return found["text"].split("\n\n")


def claim(page: str) -> Claim:
    """What a claim's box says.

    Raises:
        SummaryError: it is not what the grammar of a claim's page wants.
    """
    belief, verdict, fix = _three(page)
    found = _LABEL.match(verdict)
    assert found is not None  # `_three` has looked
    return Claim(belief, found[0], fix)


def use(page: str) -> str:
    """When a pattern is used: the second paragraph of its box.

    Raises:
        SummaryError: the box is not what the grammar of a pattern's page wants.
    """
    return _three(page)[1]


def _three(page: str) -> list[str]:
    told = box(page)
    if len(told) != 3 or not all(map(_LABEL.match, told)):
        raise SummaryError(
            f"{_file(page)}: the verdict box needs three paragraphs that begin with **words**: "
            "the belief, the verdict, the fix; of a pattern what you get, when to use it, when not"
        )
    return told


def section(page: str, anchor: str) -> tuple[str, str]:
    """The title and the text of a section of a page.

    Raises:
        SummaryError: the page has no heading of the second level with this id.
    """
    text = _text(page)
    found = re.search(rf"^## ([^\n]+) \{{#{anchor}\}}\n\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    if found is None:
        raise SummaryError(f"{_file(page)} has no heading `## … {{#{anchor}}}`")
    return found[1], found[2].strip()


def elsewhere(markdown: str, page: str) -> str:
    """A passage of a page with links that lead to the same places from another page.

    Raises:
        NoPlaceError: a link leads nowhere.
    """

    def led(link: re.Match[str]) -> str:
        to = link["to"]
        if to is None or "//" in to:
            return link[0]
        name, mark, anchor = to.partition("#")
        return f"]({place((name.removesuffix('.md') or page) + mark + anchor)[0]})"

    return _LINK.sub(led, markdown)
