"""A built page as Markdown that can be pasted elsewhere: what a reader sees, and nothing of ours.

It is made from the HTML, in which every fence is drawn and every mark was checked already. A
drawing becomes its transcript, a link becomes absolute, a button and what only a browser can use
is left out. A marked number is its text; the page itself leads to what was measured.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from markdownify import ATX, MarkdownConverter

# Only of use in the page: anchors, buttons, the chooser, the switch of versions, the limits of Run.
_LEFT_OUT = (
    ".headerlink, .runs-with, .guess-bar, form, script, button, .your-version, .sandbox-limits"
)
# Marks, and cells that lead to the page of all evidence: their words are what is meant.
_MARKS = "a.claim, table a[href*='evidence/#']"
_SVG = re.compile(r"<svg.*?</svg>", re.S)
_PRE = re.compile(r"<pre>.*?</pre>", re.S)
_SPAN = re.compile(r"</?span[^>]*>")
_ANNOTATION = re.compile(r"\((\d+)\)!")
FENCE = re.compile(r"(^`{3,}[a-z]+\n.*?^`{3,}$)", re.M | re.S)
_LANGUAGE = re.compile(r"^language-")


def lean(html: str) -> str:
    """The HTML without drawings and without colours of code, which make most of it."""
    return _PRE.sub(lambda pre: _SPAN.sub("", pre[0]), _SVG.sub("", html))


def markdown(html: str, address: str) -> str:
    """The content of a page as Markdown, its links absolute.

    Args:
        html: what `lean` gives.
        address: the page's own, that links start from.
    """
    soup = BeautifulSoup(html, "html.parser")
    for useless in soup.select(_LEFT_OUT):
        useless.decompose()
    for mark in soup.select(_MARKS):
        mark.unwrap()
    for link in soup.select("a[href]"):
        link["href"] = urljoin(address, str(link["href"]))
        del link["title"]
    _name(soup)
    for table in soup.find_all("table"):
        _square(table)
    text = _Converter(heading_style=ATX, bullets="-").convert_soup(soup)
    pieces = FENCE.split(text)  # every second one is a fence, whose lines stay as they are
    pieces[::2] = (
        re.sub(r"\n{3,}", "\n\n", re.sub(r" +$", "", p, flags=re.M)) for p in pieces[::2]
    )
    return "".join(pieces).strip() + "\n"


def _name(soup: BeautifulSoup) -> None:
    """Make paragraphs of what names a part: a sample's head, a file, what is shown on demand."""
    for head in soup.select(".sample-head"):
        _become(soup, head, " · ".join(part.get_text() for part in head.find_all("span")))
    for summary in soup.find_all("summary"):
        _become(soup, summary, str(summary.get("aria-label") or summary.get_text()))
    for named in soup.select(".guess-head, .admonition-title"):
        _become(soup, named, named.get_text())
    for file in soup.select(".filename"):
        _become(soup, file, file.get_text().strip(), "code")
    for block in soup.select("live-sandbox, details"):
        block.name = "div"
    for more in soup.select("a + .about, .told + a"):  # which a style sets apart
        more.insert_before(" · ")


def _become(soup: BeautifulSoup, old: Tag, text: str, kind: str = "strong") -> None:
    paragraph, inside = soup.new_tag("p"), soup.new_tag(kind)
    inside.string = text
    paragraph.append(inside)
    old.replace_with(paragraph)


def _square(table: Tag) -> None:
    """Repeat each cell that spans several columns or rows, since Markdown has no such cells."""
    below: dict[int, tuple[int, Tag]] = {}  # by column: how many rows more, and the cell
    for row in table.find_all("tr"):
        cells = list(_cells(row.find_all(["td", "th"], recursive=False), below))
        row.clear()
        row.extend(cells)


def _cells(given: list[Tag], below: dict[int, tuple[int, Tag]]) -> Iterator[Tag]:
    column, left = 0, iter(given)
    while True:
        if column in below:
            more, cell = below.pop(column)
            if more > 1:
                below[column] = (more - 1, cell)
            yield cell.__copy__()
            column += 1
            continue
        try:
            cell = next(left)
        except StopIteration:
            return
        wide, high = (int(str(cell.attrs.pop(key, 1))) for key in ("colspan", "rowspan"))
        for place in range(column, column + wide):
            if high > 1:
                below[place] = (high - 1, cell)
            yield cell.__copy__()
        column += wide


class _Converter(MarkdownConverter):
    """markdownify with our listings; what looks like a sign of Markdown and is none is escaped."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        r"""A text in which nothing is taken for Markdown; `send_email` needs no backslash."""
        text = re.sub(r"([*`<\[\]])", r"\\\1", text)
        return re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)

    def convert_pre(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """A listing as a fence that no line of it can close, with its language."""
        names = " ".join(el.parent.get("class") or ()).split()
        language = next((_LANGUAGE.sub("", n) for n in names if _LANGUAGE.match(n)), "text")
        code = _ANNOTATION.sub(r"(\1)", el.get_text()).strip("\n")
        longest = max((len(run) for run in re.findall("`+", code)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"\n\n{fence}{language}\n{code}\n{fence}\n\n"

    def convert_wbr(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """A place where a line may break: nothing."""
        return ""

    def convert_td(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """A cell on one line, whose own bars are none of the table's."""
        one = re.sub(r"\s+", " ", text.strip()).replace("|", r"\|")
        return f" {one} |"

    convert_th = convert_td
