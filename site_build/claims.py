"""Marked numbers and statements in the prose, checked against the recordings.

A mark is `[10 s]{ data-claim="sequential_order/wrong task.finished send_push" }`. What follows the
snippet is an expression over its recording:

    KIND NAME? @VISITOR? #N?       the virtual second of an event (the N-th that matches)
    count KIND NAME? @VISITOR?     how many events match
    status @VISITOR? #N?           the status of a response
    text KIND NAME? @VISITOR? #N?  the text of an event
    body @VISITOR? #N?             the body of a response
    10.5                           a number
    A - B                          a difference
    A = B, A < B, A <= B           a statement, true or false
    A ~ words                      a statement: the text A contains the words

`version PACKAGE` in place of snippet and expression compares with the installed release;
`evidence/<row-id> EXPRESSION` with what was measured, see `measured`.

If the expression gives a number, the first number in the marked text must equal it. If it is a
statement, it must be true, whatever the marked text is.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

from recorder.timeline import Timeline
from site_build import measured
from site_build.labels import measured_on
from site_build.recordings import recording
from site_build.snippets import SnippetError

MARK = re.compile(r"\[(?P<text>[^\[\]\n]+)\]\{\s*data-claim=\"(?P<claim>[^\"\n]+)\"\s*\}")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
}


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
    except (SnippetError, LookupError, ClaimError) as error:
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


def evaluate(expression: str, timeline: Timeline) -> float | bool | str:
    """The value of an expression over a recording.

    Raises:
        ClaimError: the expression cannot be read.
        LookupError: an event or a response is not in the recording.
    """
    left, contains, words = expression.partition(" ~ ")
    if contains:
        return words.strip() in str(_operand(left, timeline))
    parts = re.split(r" (<=|<|=) ", expression)
    if len(parts) == 1:
        return _difference(expression, timeline)
    if len(parts) % 2 == 0:
        raise ClaimError(f"cannot read {expression!r}")
    values = [_number(_difference(part, timeline), part) for part in parts[::2]]
    pairs = zip(values, parts[1::2], values[1:], strict=False)
    return all(_OPERATORS[operator](a, b) for a, operator, b in pairs)


def _difference(text: str, timeline: Timeline) -> float | str:
    first, *rest = [_operand(part, timeline) for part in text.split(" - ")]
    if not rest:
        return first
    return round(_number(first, text) - sum(_number(value, text) for value in rest), 9)


def _number(value: float | str, text: str) -> float:
    if isinstance(value, str):
        raise ClaimError(f"{text!r} is a text; compare it with ~")
    return value


def _operand(text: str, timeline: Timeline) -> float | str:
    words = text.split()
    if re.fullmatch(r"\d+(\.\d+)?", text.strip()):
        return float(text)
    visitor = next((word[1:] for word in words if word.startswith("@")), None)
    nth = next((int(word[1:]) for word in words if re.fullmatch(r"#\d+", word)), None)
    plain = [word for word in words if word[0] not in "@#"]
    if not plain:
        raise ClaimError(f"cannot read {text!r}")
    if plain[0] in ("status", "body"):
        answers = [r for r in timeline.responses if visitor in (None, r.visitor)]
        answer = _pick(answers, nth, text)
        return float(answer.status) if plain[0] == "status" else answer.body
    verb = plain.pop(0) if plain[0] in ("count", "text") else ""
    kind, name = plain[0] if plain else "", plain[1] if len(plain) > 1 else None
    if len(plain) > 2 or not ("." in kind or kind in ("log", "print")):
        raise ClaimError(f"cannot read {text!r}: an event is KIND NAME @VISITOR #N")
    found = timeline.find(kind, name, visitor)
    if verb == "count":
        return float(len(found))
    event = _pick(found, nth, text)
    return str(event.text) if verb == "text" else float(event.at)


def _pick(found: list[Any], nth: int | None, text: str) -> Any:
    if nth is None and len(found) != 1:
        raise LookupError(f"{text!r} matches {len(found)} times in the recording, expected once")
    if nth is not None and not 0 < nth <= len(found):
        raise LookupError(f"{text!r} matches {len(found)} times in the recording")
    return found[(nth or 1) - 1]


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


class ClaimExtension(Extension):
    """Renders `[text]{ data-claim="…" }` as a span, and lets `<live-sandbox>` hold blocks."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the pattern before links, which begin with the same bracket."""
        md.block_level_elements.append("live-sandbox")  # or it is wrapped in a <p>, which ends it
        md.inlinePatterns.register(_MarkProcessor(MARK.pattern, md), "claim", 175)


def makeExtension(**options: Any) -> ClaimExtension:
    """What Markdown calls to make the extension."""
    return ClaimExtension(**options)
