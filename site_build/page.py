"""Which page is being built: fences are called by Markdown, which does not know."""

import re
from dataclasses import dataclass, field

_PLACE = re.compile(r"<!--aside (\d+)-->")


@dataclass
class Page:
    """The page at hand: its language, its file for error messages, and what is set aside of it.

    `site` is the address of the whole site. `others` is the id of the page's section on other
    versions, "" without one. `root` leads from the page to the home page of its language, `address`
    is its own public one. `cited` are the ids of the rows that it rests on so far, and `recorded`
    is whether it shows a run that is recorded at each build, `offered` whether it has led to its
    download already. `places` are the ids that its listings and tables have so far. `boxes` are the
    listings of all pages, by page and snippet.
    """

    language: str = "zh"
    file: str = "(no page)"
    others: str = ""
    root: str = "../"
    site: str = "/"
    address: str = ""
    cited: dict[str, None] = field(default_factory=dict)
    recorded: bool = False
    offered: bool = False
    places: set[str] = field(default_factory=set)
    aside: list[str] = field(default_factory=list)
    boxes: dict[tuple[str, str], str] = field(default_factory=dict)

    def set_aside(self, html: str) -> str:
        """Keep a part of the page from the search, which would read each element of a drawing.

        Returns:
            What stands in its place until `put_back`.
        """
        self.aside.append(html)
        return f"<!--aside {len(self.aside) - 1}-->"

    def cite(self, row_id: str) -> str:
        """Note that the page rests on a row.

        Returns:
            The address of the row on the page `evidence`.
        """
        self.cited[row_id] = None
        return f"{self.root}evidence/#{row_id}"

    def put_back(self, content: str) -> str:
        """The page with all its parts; they stay set aside, since MkDocs may ask again."""
        return _PLACE.sub(lambda place: self.aside[int(place[1])], content)


current = Page()
