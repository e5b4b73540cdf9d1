"""The text of a page as the search sees it: by section, prose apart from code, a line a block."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    [
        *("p", "li", "td", "th", "tr", "dt", "dd", "div", "pre", "summary", "figcaption"),
        *("caption", "blockquote", "details", "ul", "ol", "br"),
    ]
)
_SILENT = frozenset(["script", "style", "svg", "button", "form", "template"])
_EXCLUDED = "data-search-exclude"
# What a program says when something fails, as prose quotes it: `ValueError: read of closed file`.
_MESSAGE = re.compile(r"<code>((?:\w+\.)*\w*(?:Error|Exception|Warning): [^<]+)</code>")
_VOID = frozenset(["br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"])


@dataclass
class Section:
    """A heading's id, its title, and what stands below it: prose and code, a line a block."""

    id: str
    title: str = ""
    prose: str = ""
    code: str = ""


@dataclass
class _Open:
    """An element that has not ended."""

    tag: str
    silent: bool
    code: bool


@dataclass
class _Reader(HTMLParser):
    """Walks through the HTML of a page's content."""

    sections: list[Section] = field(default_factory=lambda: [Section("")])
    inside: list[_Open] = field(default_factory=list)
    heading: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _BLOCKS:
            self.handle_data("\n")
        if tag in _VOID:
            return
        around = self.inside[-1] if self.inside else _Open("", silent=False, code=False)
        silent = around.silent or tag in _SILENT or _EXCLUDED in given
        silent = silent or given.get("class") == "headerlink"
        self.inside.append(_Open(tag, silent, around.code or tag == "pre"))
        if tag in _HEADINGS and given.get("id") and not silent:
            # What stands before the first heading belongs to it.
            if tag != "h1" or len(self.sections) > 1:
                self.sections.append(Section(str(given["id"])))
            self.heading = True

    def handle_endtag(self, tag: str) -> None:
        while self.inside and any(open_.tag == tag for open_ in self.inside):
            if self.inside.pop().tag == tag:
                break
        if tag in _HEADINGS:
            self.heading = False
        elif tag in _BLOCKS:
            self.handle_data("\n")

    def handle_data(self, data: str) -> None:
        within = self.inside[-1] if self.inside else None
        section = self.sections[-1]
        if within and within.silent:
            return
        if self.heading:
            section.title += data
        elif within and within.code:
            section.code += data
        else:
            section.prose += data


def sections(html: str) -> list[Section]:
    """The sections of a page's content; the first one, without an id, is what its title heads."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    for section in reader.sections:
        section.title = " ".join(section.title.split())
        section.prose = _lines(section.prose)
        section.code = _lines(section.code)
    return reader.sections


def _lines(text: str) -> str:
    """The text without blank lines, and without what indents it."""
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def messages(html: str) -> list[str]:
    """The error messages that a page quotes in its prose, each once."""
    return list(dict.fromkeys(unescape(text) for text in _MESSAGE.findall(html)))
