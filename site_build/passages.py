"""Passages that are true of some releases of FastAPI alone.

    <div data-versions=">=0.118" markdown>
    …
    </div>

`>=0.118`, `<0.106`, or both, `>=0.106 <0.118`. A line above the passage says so; where a reader has
named a version, the page's script folds what is not true of it.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from site_build.labels import word

SPECIFIER = re.compile(r"(?:>=(?P<since>\d+\.\d+))? ?(?:<(?P<before>\d+\.\d+))?")


class PassageError(Exception):
    """A passage whose versions cannot be read."""


def told(versions: str) -> str:
    """The versions of a passage in words.

    Raises:
        PassageError: they cannot be read.
    """
    found = SPECIFIER.fullmatch(versions)
    if found is None or not versions.strip():
        raise PassageError(f'data-versions="{versions}": write ">=0.118", "<0.106" or both')
    since, before = found["since"], found["before"]
    if since and before:
        return word("holds_between", since=since, before=before)
    return word("holds_since", since=since) if since else word("holds_before", before=before)


class _PassageProcessor(Treeprocessor):
    def run(self, root: Element) -> None:
        for passage in root.iter("div"):
            if versions := passage.get("data-versions"):
                line = Element("p", {"class": "holds"})
                line.text = told(versions)
                passage.insert(0, line)


class PassageExtension(Extension):
    """Says of which releases a passage is true."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register it after all Markdown is parsed."""
        md.treeprocessors.register(_PassageProcessor(md), "passages", -11)


def makeExtension(**options: Any) -> PassageExtension:
    """What Markdown calls to make the extension."""
    return PassageExtension(**options)
