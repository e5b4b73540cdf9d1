"""Draws a timeline as an SVG picture."""

import html
import re
import zlib
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from recorder.arrange import arrange
from recorder.rows import Bar, Mark, Row
from recorder.scale import EDGE, WIDTH, Scale, fitted, indent, width
from recorder.timeline import Timeline
from recorder.transcript import transcribe
from recorder.words import Words, number

_TOP, _ROW, _GAP, _BAR = 34, 27, 10, 13
_SAYING, _SAID_CHARACTERS, _SMALL = 18, 40, 0.9
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _escape(text: str) -> str:
    """Escape for XML, which forbids control characters and lone surrogates altogether."""
    return html.escape(_FORBIDDEN.sub("\ufffd", text))


def draw(
    timeline: Timeline, words: Words, *, title: str = "", until: float = 0.0, style: bool = False
) -> str:
    """The timeline as an SVG picture: the same timeline and words give the same bytes.

    `until` is the virtual second at which the axis ends, at least the timeline's own end; give
    two pictures the same to compare them. With `style`, the picture carries its colours and can
    stand alone; without, the page needs timeline.css. Every text is escaped.
    """
    rows = arrange(timeline, words)
    scale = Scale(rows, max(until, timeline.end))
    places, height = _stack(rows)
    parts = [*_draw_axis(scale, words, height), *_draw_links(places, scale)]
    for row, y in places:
        parts += _draw_row(row, y, scale)
    body = "".join(parts)
    name = title or words["timeline"]
    told = "; ".join(transcribe(timeline, words))
    key = f"tl-{zlib.crc32((_escape(name) + body).encode()):08x}"
    sheet = f"<style>{stylesheet()}</style>" if style else ""
    ground = f'<rect class="paper" width="{WIDTH}" height="{height}"/>' if style else ""
    return (
        f'<svg class="tl" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH}" height="{height}" role="img"'
        f' aria-labelledby="{key}-t" aria-describedby="{key}-d">'
        f'<title id="{key}-t">{_escape(name)}</title><desc id="{key}-d">{_escape(told)}</desc>'
        f"{sheet}{ground}{body}</svg>"
    )


def stylesheet() -> str:
    """The colours and fonts of the drawings, as CSS."""
    return (Path(__file__).parent / "timeline.css").read_text("utf-8")


def _draw_axis(scale: Scale, words: Words, height: int) -> list[str]:
    distance = scale.step()
    parts = []
    for tick in range(int(scale.until / distance + 1e-9) + 1):
        at = tick * distance
        x = scale.x(at)
        label = words["seconds"].format(n=number(at)) if tick else "0"
        parts.append(f'<path class="grid" d="M{x} {_TOP - 10}V{height - 8}"/>')
        parts.append(f'<text class="tick" x="{x}" y="{_TOP - 16}">{_escape(label)}</text>')
    return parts


def _stack(rows: list[Row]) -> tuple[list[tuple[Row, float]], int]:
    """Each row with the height at which it begins, and the height of the whole."""
    y, visitor = float(_TOP), rows[0].visitor if rows else ""
    places = []
    for row in rows:
        y += _GAP if row.visitor != visitor else 0
        visitor = row.visitor
        places.append((row, y))
        y += _ROW + (_SAYING if any(mark.text for mark in row.marks) else 0)
    return places, round(y + 8)


def _draw_links(places: list[tuple[Row, float]], scale: Scale) -> list[str]:
    """A dotted line from each answer down past what the visitor's tasks do after it."""
    parts = []
    for row, y in places:
        below = [top for other, top in places if other.visitor == row.visitor and other.name]
        if row.answered is not None and not row.name and below and max(below) > y:
            d = f"M{scale.x(row.answered):g} {y + _ROW / 2:g}V{max(below) + _ROW - 4:g}"
            parts.append(f'<path class="link" d="{d}"/>')
    return parts


def _draw_row(row: Row, y: float, scale: Scale) -> list[str]:
    middle = y + _ROW / 2
    base = middle + 4.5
    x = EDGE + indent(row)
    who, space, rest = row.label.partition("  ")
    label = (
        f'<tspan class="who">{_escape(who)}</tspan> '
        f'<tspan class="soft" dx="4">{_escape(rest)}</tspan>'
        if space
        else _escape(row.label)
    )
    parts = [f'<text x="{x:g}" y="{base:g}">{label}</text>']
    parts += [_draw_bar(bar, middle, scale) for bar in row.bars]
    parts += [_draw_mark(mark, middle, scale) for mark in row.marks]
    parts += _draw_sayings(row, y, scale)
    if row.note:
        x = scale.x(row.end) + 12
        note = _escape(fitted(row.note, WIDTH - 4 - x))
        parts.append(f'<text class="soft" x="{x:g}" y="{base:g}">{note}</text>')
    return parts


def _draw_bar(bar: Bar, middle: float, scale: Scale) -> str:
    x, width = scale.x(bar.start), round(scale.x(bar.end) - scale.x(bar.start), 1)
    height = _BAR if bar.style != "inner" else _BAR - 4
    return (
        f'<rect class="{bar.style}" x="{x:g}" y="{middle - height / 2:g}"'
        f' width="{max(width, 2):g}" height="{height}" rx="3"{_of(bar.events)}/>'
    )


def _draw_mark(mark: Mark, middle: float, scale: Scale) -> str:
    x = scale.x(mark.at)
    hint = f"<title>{_escape(mark.text)}</title>" if mark.text else ""
    if mark.style == "bad":
        d = f"M{x - 5:g} {middle - 5:g}l10 10m0 -10l-10 10"
        return f'<path class="bad" d="{d}"{_of(mark.events)}/>'
    if mark.style == "answer":
        d = f"M{x:g} {middle - 7:g}l7 7l-7 7l-7 -7z"
        return f'<path class="answer" d="{d}"{_of(mark.events)}/>'
    where = f'cx="{x:g}" cy="{middle:g}" r="4.5"'
    return f'<circle class="{mark.style}" {where}{_of(mark.events)}>{hint}</circle>'


def _of(events: Iterable[int]) -> str:
    """The attribute that says which events of the timeline a shape comes of, by their indexes."""
    told = " ".join(map(str, events))
    return f' data-events="{told}"' if told else ""


def _draw_sayings(row: Row, y: float, scale: Scale) -> list[str]:
    """The texts of messages and printed lines, below their marks, where they don't collide."""
    parts = []
    free = 0.0
    for at, marks in groupby(row.marks, lambda mark: mark.at):
        said = [mark for mark in marks if mark.text]
        text = " · ".join(mark.text for mark in said)
        text = text if len(text) <= _SAID_CHARACTERS else f"{text[:_SAID_CHARACTERS]}…"
        x = min(scale.x(at) - 4, WIDTH - 4 - width(text) * _SMALL)
        if text and x >= free:
            of = _of(event for mark in said for event in mark.events)
            where = f'x="{x:g}" y="{y + _ROW + 8:g}"'
            parts.append(f'<text class="saying" {where}{of}>{_escape(text)}</text>')
            free = x + width(text) * _SMALL + 8
    return parts
