"""Which page is being built: fences are called by Markdown, which does not know."""

from dataclasses import dataclass


@dataclass
class Page:
    """The page at hand: its language, and its file for error messages."""

    language: str = "zh"
    file: str = "(no page)"


current = Page()
