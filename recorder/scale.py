"""How wide things are in a drawing, and where a virtual second stands in it."""

import unicodedata

from recorder.rows import Row

WIDTH, EDGE = 760, 14
_LABEL = 44  # the least distance between two labels of the axis
_CHARACTER = 7.6  # width of a Latin character of the drawing's font, in its own units
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 43200)


def width(text: str) -> float:
    """How wide a text is drawn: a Chinese character is as wide as two Latin ones."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return (len(text) + wide) * _CHARACTER


def fitted(text: str, room: float) -> str:
    """As much of a text as can be drawn in `room`, which is in the picture's units."""
    if width(text) <= room:
        return text
    while text and width(text + "…") > room:
        text = text[:-1]
    return text + "…"


class Scale:
    """Where a virtual second stands in the picture, so that every row's note fits behind it."""

    def __init__(self, rows: list[Row], until: float) -> None:
        self.until = until or 1.0
        self.left = EDGE + max((indent(r) + width(r.label) for r in rows), default=0) + 16
        self.right = min((self._reach(row) for row in rows), default=WIDTH - self.left - 2 * EDGE)

    def _reach(self, row: Row) -> float:
        room = WIDTH - self.left - EDGE
        behind = room - 14 - width(row.note)
        share = row.end / self.until
        return max(min(room - 16, behind / share if share else room), room / 3)

    def x(self, at: float) -> float:
        """The place of virtual second `at`, in the picture's units from its left edge."""
        return round(self.left + self.right * at / self.until, 1)

    def step(self) -> float:
        """Virtual seconds between two marks of the axis, so that their labels keep apart."""
        least = self.until * _LABEL / self.right
        return next((step for step in _STEPS if step >= least), self.until)


def indent(row: Row) -> float:
    """How far a row's label stands from the picture's edge, more for what is inside a task."""
    return _CHARACTER * 2 * (row.depth + 1) if row.name else 0.0
