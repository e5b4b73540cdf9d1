"""Tells a timeline in sentences, and draws it with characters."""

from recorder.arrange import arrange
from recorder.timeline import Timeline
from recorder.words import Words, number, sentence

_COLUMNS = 44


def transcribe(timeline: Timeline, words: Words) -> list[str]:
    """The timeline as sentences, one an event, for those who cannot see the picture."""
    lines = []
    for event in timeline.events:
        at = words["seconds"].format(n=number(event.at))
        told = sentence(event.kind, event.name, event.text, words)
        lines.append(f"{at} · {event.visitor + ' · ' if event.visitor else ''}{told}")
    return lines


def write(timeline: Timeline, words: Words) -> str:
    """The timeline as plain text: bars made of characters, then the transcript."""
    rows = arrange(timeline, words)
    until = timeline.end or 1.0
    left = max((len(row.label) + 2 * row.depth + 2 for row in rows), default=0) + 2
    lines = []
    for row in rows:
        cells = [" "] * (_COLUMNS + 1)
        for bar in row.bars:
            first, last = (round(_COLUMNS * at / until) for at in (bar.start, bar.end))
            for column in range(first, max(last, first + 1)):
                cells[column] = "░" if bar.style == "wait" else "█"
        for mark in row.marks:
            sign = {"answer": "◆", "bad": "✗", "none": "○"}.get(mark.style, "•")
            cells[round(_COLUMNS * mark.at / until)] = sign
        label = ("  " * (row.depth + 1) if row.name else "") + row.label
        lines.append(f"{label:<{left}}{''.join(cells)} {row.note}".rstrip())
    return "\n".join([*lines, "", *transcribe(timeline, words), ""])
