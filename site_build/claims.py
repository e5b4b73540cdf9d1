"""Marked numbers and statements in the prose, checked against the recordings.

A mark is `[10 s]{ data-claim="sequential_order/wrong task.finished send_push" }`. What follows the
snippet is an expression over its recording, see `recorder.expression`.
`version PACKAGE` in place of snippet and expression compares with the installed release;
`evidence/<row-id> EXPRESSION` with what was measured, see `measured`.

If the expression gives a number, the first number in the marked text must equal it. If it is a
statement, it must be true, whatever the marked text is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from recorder.expression import ExpressionError, evaluate
from site_build import measured
from site_build.labels import measured_on
from site_build.page import current
from site_build.recordings import recording
from site_build.snippets import SnippetError

MARK = re.compile(r"\[(?P<text>[^\[\]\n]+)\]\{\s*data-claim=\"(?P<claim>[^\"\n]+)\"\s*\}")


class ClaimError(Exception):
    """A mark that cannot be evaluated, or a text that disagrees with the recording."""


@dataclass(frozen=True)
class Mark:
    """A marked text: `claim` is a snippet's id and an expression; `line` counts from 1."""

    text: str
    claim: str
    line: int


def marks(markdown: str) -> Iterator[Mark]:
    """All marks of a page's Markdown."""
    for match in MARK.finditer(markdown):
        line = markdown.count("\n", 0, match.start()) + 1
        yield Mark(match["text"], " ".join(match["claim"].split()), line)


def check(mark: Mark) -> None:
    """Compare a marked text with the recording.

    Raises:
        ClaimError: they disagree, or the claim makes no sense; the message says what was recorded.
    """
    subject, _, expression = mark.claim.partition(" ")
    if subject == "version":
        return _check_version(mark, expression)
    try:
        is_measured = bool(measured.row_for(subject))
        if subject.startswith(measured.PREFIX):
            value = measured.evaluate(mark.claim)
        else:
            value = evaluate(expression, recording(subject))
    except (SnippetError, LookupError, ExpressionError) as error:
        raise ClaimError(f"[{mark.text}]: {error}") from error
    if value is True:
        return
    if value is False:
        raise ClaimError(f"[{mark.text}]: not so in the recording: {mark.claim}")
    if isinstance(value, str):
        raise ClaimError(f"[{mark.text}]: {mark.claim!r} is a text; compare it with ~")
    shown = re.search(r"\d+(?:\.\d+)?", mark.text)
    if shown is None:
        raise ClaimError(f"[{mark.text}]: no number to compare with {value:g} of {mark.claim}")
    if not (measured.agrees(shown[0], value) if is_measured else float(shown[0]) == value):
        raise ClaimError(f"[{mark.text}]: the recording says {value:g} ({mark.claim})")


def _check_version(mark: Mark, package: str) -> None:
    try:
        installed = version(package)
    except PackageNotFoundError as error:
        raise ClaimError(f"[{mark.text}]: {package} is not installed") from error
    if installed not in mark.text.split():
        raise ClaimError(f"[{mark.text}]: {package} is now {installed}: read again")


class _MarkProcessor(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        claim = " ".join(m["claim"].split())
        element = Element("span", {"class": "claim", "data-claim": claim})
        row_id = measured.row_for(claim.partition(" ")[0])
        if row_id:
            element.set("data-evidence", row_id)
            element.set("title", measured_on(row_id))
        element.text = m["text"]
        return element, m.start(0), m.end(0)


class _LinkProcessor(Treeprocessor):
    """Links a mark to the row that it rests on, after MkDocs has looked at the page's own links."""

    def run(self, root: Element) -> None:
        for element in root.iter("span"):
            if "data-evidence" in element.attrib and element.get("class") == "claim":
                element.tag = "a"
                element.set("href", current.cite(element.attrib["data-evidence"]))


class ClaimExtension(Extension):
    """Renders `[text]{ data-claim="…" }` as a span, or as a link to the row that it rests on.

    It lets `<live-sandbox>` hold blocks, too.
    """

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the pattern before links, which begin with the same bracket."""
        md.block_level_elements.append("live-sandbox")  # or it is wrapped in a <p>, which ends it
        md.inlinePatterns.register(_MarkProcessor(MARK.pattern, md), "claim", 175)
        md.treeprocessors.register(_LinkProcessor(md), "claim", -10)


def makeExtension(**options: Any) -> ClaimExtension:
    """What Markdown calls to make the extension."""
    return ClaimExtension(**options)
