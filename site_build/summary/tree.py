"""An article as a tree of its elements, for what typesets it and can read no HTML."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

# Of no use on paper: ¶ beside a heading, the link to the PDF.
_LEFT_OUT = frozenset({"headerlink", "screen"})


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.open: list[dict[str, Any]] = [{"tag": "article", "class": "", "to": "", "inside": []}]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        to = urljoin(self.address, given["href"]) if "href" in given else ""
        node = {"tag": tag, "class": given.get("class", ""), "to": to, "inside": []}
        self.open[-1]["inside"].append(node)
        self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        done = self.open.pop()
        if done["tag"] != tag:
            raise ValueError(f"<{done['tag']}> is closed by </{tag}>")
        if _LEFT_OUT & set(done["class"].split()):
            self.open[-1]["inside"].remove(done)

    def handle_data(self, data: str) -> None:
        self.open[-1]["inside"].append(data)


def tree(html: str, address: str) -> list[Any]:
    """The elements of a whole article without void ones, and the texts between them.

    Each element is `{"tag": "a", "class": "…", "to": "https://…", "inside": [ … ]}`; `to` is the
    whole address of what it leads to from `address`, "" if it leads nowhere.

    Raises:
        ValueError: an element is not closed.
    """
    reader = _Reader(address)
    reader.feed(html)
    reader.close()
    (article,) = reader.open
    return article["inside"]  # type: ignore[no-any-return]
