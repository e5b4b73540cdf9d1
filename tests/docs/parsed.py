"""Reads built pages with the standard library's parser."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = frozenset(["br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"])


@dataclass
class Element:
    """An element with the text of everything inside it."""

    tag: str
    attrs: dict[str, str]
    text: str = ""

    @property
    def classes(self) -> set[str]:
        """The names in its `class`."""
        return set(self.attrs.get("class", "").split())


@dataclass
class Page:
    """A built page. `name` is its path in the site's folder."""

    name: str
    elements: list[Element] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator[Element]:
        """The elements of some tags, in the order in which they begin."""
        return (element for element in self.elements if element.tag in tags)

    def one(self, tag: str) -> Element:
        """The only element of a tag; fails if there are several or none."""
        (element,) = self.all(tag)
        return element

    @property
    def ids(self) -> set[str]:
        """All anchors that a link can lead to."""
        return {element.attrs["id"] for element in self.elements if "id" in element.attrs}


class _Parser(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.inside: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {key: value or "" for key, value in attrs})
        self.page.elements.append(element)
        if tag not in VOID:
            self.inside.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.elements.append(Element(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self.inside):
            while self.inside.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        for element in self.inside:
            element.text += data


def parse(name: str, html: str) -> Page:
    """Read a page's HTML."""
    page = Page(name)
    _Parser(page).feed(html)
    return page


def pages(folder: Path) -> list[Page]:
    """All pages of a built site, in the alphabet's order; its embeds are none."""
    every = (file.relative_to(folder) for file in folder.rglob("*.html"))
    # What lies in assets/ is the frame that Python runs in: for no reader, and of no language; what
    # lies in c/ only leads on.
    found = (folder / file for file in every if file.parts[0] not in ("assets", "c"))
    files = sorted(set(found) - set(embedded(folder)))
    return [parse(str(file.relative_to(folder)), file.read_text("utf-8")) for file in files]


def embedded(folder: Path) -> list[Path]:
    """The files of all embeds of a built site, `/embed/<name>/<variant>/`, in both languages."""
    return sorted([*folder.glob("embed/*/*/index.html"), *folder.glob("en/embed/*/*/index.html")])
