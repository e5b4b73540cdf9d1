"""Breaks a text into lines: Chinese between characters, English between words.

No line begins with what belongs to the character before it, such as a comma, or ends with what
belongs to the one after it, such as an opening bracket.
"""

import re

from site_build.pictures.fonts import width

_CJK = r"\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’…—"
# A space, a character that stands by itself, a word, or a piece of what is never broken else.
_PIECE = re.compile(rf"\s+|[{_CJK}]|[^\s{_CJK}]+")
NOT_FIRST = frozenset("，。、；：？！）》」』】〕”’…—,.;:?!)]}%％·~")
NOT_LAST = frozenset("（《「『【〔“‘([{$￥")
_SENTENCE = re.compile(r".+?(?:[。！？]”?|[.?!]\"?(?=\s|$)|$)\s*", re.S)


def _pieces(text: str) -> list[str]:
    """What stays together, each with the space that follows it."""
    found: list[str] = []
    for piece in _PIECE.findall(" ".join(text.split())):
        if found and (piece.isspace() or piece[0] in NOT_FIRST or found[-1][-1] in NOT_LAST):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def lines(text: str, size: float, room: float, weight: str = "regular") -> list[str]:
    """The lines of a text, none wider than `room` unless a single piece is."""
    found = [""]
    for piece in _pieces(text):
        if found[-1] and width((found[-1] + piece).rstrip(), size, weight) > room:
            found.append("")
        found[-1] += piece
    return [line.rstrip() for line in found]


def halves(text: str, size: float, room: float, weight: str = "regular") -> list[str]:
    """A text in two lines, about as long as each other, or [] if it has no two that fit.

    A break behind a comma or a colon is worth lines that differ; one inside a Chinese word, which
    nothing here can tell, is the last choice.
    """
    pieces, best, least = _pieces(text), [], float("inf")
    for n in range(1, len(pieces)):
        found = ["".join(pieces[:n]).rstrip(), "".join(pieces[n:])]
        wide = max(width(line, size, weight) for line in found)
        cost = wide + room * _awkward(pieces[n - 1], pieces[n])
        if wide <= room and cost < least:
            best, least = found, cost
    return best


def _awkward(before: str, after: str) -> float:
    """How bad a break between two pieces is, as a share of the line."""
    if before.rstrip()[-1] in NOT_FIRST:
        return 0.0
    inside = re.match(f"[{_CJK}]", after) and re.search(f"[{_CJK}]$", before)
    return 0.4 if inside else 0.1


def evened(text: str, size: float, room: float) -> list[str]:
    """The lines of a text, whose last one is no leftover of a few characters if that can be."""
    found = lines(text, size, room)
    while len(found) > 1 and width(found[-1], size) < room / 6:
        room *= 0.97
        tried = lines(text, size, room)
        if len(tried) > len(found):
            break
        found = tried
    return found


def _fits(text: str, size: float, room: float, weight: str, count: int) -> bool:
    found = lines(text, size, room, weight)
    return len(found) <= count and all(width(line, size, weight) <= room for line in found)


def shortened(text: str, size: float, room: float, count: int, weight: str = "regular") -> str:
    """As many whole sentences as `count` lines have room for.

    If that is none, or less than half a line of several, the start of the text with an ellipsis.
    """
    sentences = _SENTENCE.findall(text)
    while len(sentences) > 1 and not _fits("".join(sentences), size, room, weight, count):
        sentences.pop()
    kept = "".join(sentences).strip()
    is_short = kept != text.strip() and count > 1 and width(kept, size, weight) < room / 2
    if _fits(kept, size, room, weight, count) and not is_short:
        return kept
    pieces = _pieces(text)
    while len(pieces) > 1 and not _fits(_cut(pieces), size, room, weight, count):
        pieces.pop()
    return _cut(pieces)


def _cut(pieces: list[str]) -> str:
    """The start of a text with an ellipsis; the font's own stands in the middle of the line."""
    start = "".join(pieces).rstrip().rstrip("".join(NOT_FIRST | NOT_LAST))
    return start + ("…" if re.search(f"[{_CJK}]", start) else "...")
