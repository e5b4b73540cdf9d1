"""Arranges a timeline in rows."""

from recorder.rows import Mark, Row
from recorder.timeline import Event, Timeline
from recorder.words import Words, number

_SHOWN_CHARACTERS = 44


def arrange(timeline: Timeline, words: Words) -> list[Row]:
    """The rows of a timeline, grouped by visitor, in the order of their starts."""
    arranger = _Arranger(words)
    for arranger.index, event in enumerate(timeline.events):
        arranger.take(event)
    for row in arranger.rows:
        row.close(timeline.end)
    shown = [row for row in arranger.rows if not row.is_idle]
    order = list(dict.fromkeys(row.visitor for row in shown))
    return sorted(shown, key=lambda row: (order.index(row.visitor), row.start))


def _short(text: str) -> str:
    text = " ".join(text.splitlines())
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


class _Arranger:
    def __init__(self, words: Words) -> None:
        self.rows: list[Row] = []
        self.index = 0  # of the event at hand
        self._words = words

    def take(self, event: Event) -> None:
        group, _, moment = event.kind.partition(".")
        if event.kind == "request.sent":
            self._open(event, "", _short(f"{event.visitor}  {event.text}"), "request")
        elif event.kind == "request.received":
            self._received(event)
        elif group in ("request", "response", "client", "websocket"):
            self._answer(event, moment)
        elif group == "dependency":
            self._dependency(event, moment)
        elif group == "thread":
            self._thread(event, moment)
        elif group == "task":
            self._task(event, moment)
        else:
            self._said(event)

    def _open(self, event: Event, name: str, label: str, style: str) -> Row:
        row = Row(event.visitor, name, label, event.at, style, event.request, opened=event.at)
        row.add(self.index)
        self.rows.append(row)
        return row

    def _named(self, event: Event) -> Row | None:
        found = [
            r for r in self.rows if r.name and (r.visitor, r.name) == (event.visitor, event.name)
        ]
        return found[0] if found else None

    def _asked(self, event: Event) -> Row | None:
        """The event's own request, or the visitor's oldest without an answer, else the last one."""
        requests = [row for row in self.rows if row.style == "request"]
        mine = [row for row in requests if row.request == event.request != 0] or [
            row for row in requests if row.visitor == event.visitor
        ]
        unanswered = [row for row in mine if row.answered is None]
        return unanswered[0] if unanswered else mine[-1] if mine else None

    def _received(self, event: Event) -> None:
        label = _short(f"{event.visitor}  {event.text}")
        waiting = [row for row in self.rows if row.label == label and not row.received]
        for row in waiting[:1]:
            row.received = True
            row.add(self.index)
            if event.at > row.start:
                row.note = self._words["waited"].format(n=number(event.at - row.start))
                row.go_on(self.index, event.at)

    def _answer(self, event: Event, moment: str) -> None:
        row = self._asked(event)
        if row is None:
            return
        if moment in ("chunk", "sent", "received"):
            return self._mark(row, event, "message", event.text)
        row.add(self.index)
        if moment == "failed" and row.answered is None:
            row.close(event.at)
            row.answered = event.at
            self._mark(row, event, "bad")
            row.note = _short(event.text)
        elif moment == "disconnected" and row.answered is not None:
            self._mark(row, event, "said", self._words["left"])
        elif moment in ("finished", "closed", "disconnected"):
            row.close(event.at)
            row.answered = event.at
            text = self._words["left"] if moment == "disconnected" else event.text
            bad = moment == "disconnected" or text.startswith(("4", "5"))
            self._mark(row, event, "bad" if bad else "answer")
            row.note = " · ".join(part for part in (text, row.note) if part)

    def _dependency(self, event: Event, moment: str) -> None:
        if moment == "opened":
            label = event.name.rpartition("/")[2]
            self._open(event, event.name, label, "dependency").note = self._words["open"]
        elif (row := self._named(event)) is not None:
            row.add(self.index)
            row.close(event.at)
            row.note = self._spent(row)
            if event.text:
                self._mark(row, event, "bad")
                row.note = _short(event.text)

    def _thread(self, event: Event, moment: str) -> None:
        row = self._named(event)
        if row is None:
            row = self._open(event, event.name, event.name.rpartition("/")[2], "thread")
        else:
            row.add(self.index)
        if moment == "started" and row.start < event.at:
            row.go_on(self.index, event.at)
        elif moment == "finished" and row.style == "thread":
            row.close(event.at, "inner")
            row.note = self._spent(row)

    def _task(self, event: Event, moment: str) -> None:
        row = self._named(event)
        if row is None:
            label = event.name.rpartition("/")[2]
            row = self._open(event, event.name, label, "inner" if "/" in event.name else "task")
        else:
            row.add(self.index)
        if moment == "skipped":
            row.opened = None
            self._mark(row, event, "none")
            row.note = self._words["never"]
        elif moment != "started":
            row.close(event.at)
            row.note = self._spent(row)
        if moment in ("failed", "cancelled"):
            self._mark(row, event, "bad")
            note = event.text if moment == "failed" else self._words["cancelled"]
            row.note = _short(note)

    def _spent(self, row: Row) -> str:
        spent = sum(bar.end - bar.start for bar in row.bars if bar.style != "wait")
        return self._words["seconds"].format(n=number(spent))

    def _said(self, event: Event) -> None:
        row = self._named(event) or (self._asked(event) if event.visitor else self._program())
        if row is None:
            label = event.visitor or self._words["nobody"]
            row = Row(event.visitor, "", label, event.at, "request", answered=event.at)
            self.rows.append(row)
        text = self._words[event.kind] if event.kind.startswith("lifespan.") else event.text
        self._mark(row, event, "said", text)

    def _mark(self, row: Row, event: Event, style: str, text: str = "") -> None:
        row.marks.append(Mark(event.at, style, text, (self.index,)))

    def _program(self) -> Row | None:
        """The row of what belongs to no request."""
        return next((row for row in self.rows if not row.visitor and not row.name), None)
