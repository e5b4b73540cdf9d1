"""What a run leaves behind: events with their virtual second, responses, printed text."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Self

FORMAT = 1


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    `at` is in virtual seconds since the start of the run. `name` is the task, dependency or thread
    call; one that runs inside another is written `outer/inner`, and a second one of the same name
    `name (2)`. `text` is the log line, the message or the error.
    """

    at: float
    kind: str
    visitor: str = ""
    name: str = ""
    text: str = ""
    # Which request of the run it belongs to, 0 for none; for drawing, not in the public format.
    request: int = field(default=0, compare=False, repr=False)
    # Which line of the reader's file it belongs to, from 1, 0 for none; not in that format either.
    line: int = field(default=0, compare=False, repr=False)


@dataclass
class Response:
    """What a visitor was answered. A WebSocket has status 101 and one sent message a line."""

    visitor: str
    status: int
    headers: list[list[str]] = field(default_factory=list)
    body: str = ""


@dataclass
class Timeline:
    """A recorded run. Events are sorted by time; at one instant, by when they happened."""

    events: list[Event] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    printed: str = ""

    def find(self, kind: str, name: str | None = None, visitor: str | None = None) -> list[Event]:
        """All events of `kind`, of one name and of one visitor if they are given.

        The name of something inside a task matches with or without the outer names.
        """
        return [
            event
            for event in self.events
            if event.kind == kind
            and (visitor is None or event.visitor == visitor)
            and (name is None or event.name == name or event.name.endswith(f"/{name}"))
        ]

    def at(self, kind: str, name: str | None = None, visitor: str | None = None) -> float:
        """The virtual second at which the one matching event happened.

        Raises:
            LookupError: no event matches, or several do.
        """
        found = self.find(kind, name, visitor)
        if len(found) != 1:
            what = " ".join(part for part in (kind, name, visitor) if part)
            seen = ", ".join(sorted({f"{e.kind} {e.name}".strip() for e in self.events}))
            raise LookupError(
                f"{len(found)} events match {what!r}, expected one; there are: {seen}"
            )
        return found[0].at

    def response(self, visitor: str) -> Response:
        """The first response of `visitor`.

        Raises:
            LookupError: the visitor was not answered.
        """
        for response in self.responses:
            if response.visitor == visitor:
                return response
        raise LookupError(f"{visitor!r} has no response")

    @property
    def end(self) -> float:
        """The virtual second of the last event, 0.0 if there is none."""
        return max((event.at for event in self.events), default=0.0)

    def digest(self) -> str:
        """What two recordings have in common exactly if they are equal, as 16 hexadecimal digits.

        Equal means: the same `at`, `kind`, `visitor` and `name` of all events, in this order, and
        the same status and body of all responses.
        """
        events = [[float(e.at), e.kind, e.visitor, e.name] for e in self.events]
        answers = [[answer.status, answer.body] for answer in self.responses]
        told = json.dumps([events, answers], separators=(",", ":"))
        return hashlib.sha256(told.encode("ascii")).hexdigest()[:16]

    def to_data(self) -> dict[str, Any]:
        """The recording in its public format, as plain data."""
        data = asdict(self)
        for event in data["events"]:
            del event["request"], event["line"]
        return {"format": FORMAT, **data}

    def to_json(self) -> str:
        """The recording in its public format, the same bytes for the same run."""
        return json.dumps(self.to_data(), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a recording of the public format; it may have `lines` beside it, one an event.

        Raises:
            ValueError: the text is not a recording of this format.
        """
        data: dict[str, Any] = json.loads(text)
        if data.get("format") != FORMAT:
            raise ValueError(f"expected a recording of format {FORMAT}, got {data.get('format')!r}")
        lines = data.get("lines") or [0] * len(data["events"])
        return cls(
            [Event(**e, line=line) for e, line in zip(data["events"], lines, strict=True)],
            [Response(**response) for response in data["responses"]],
            data["printed"],
        )


def in_order(events: Iterable[Event]) -> list[Event]:
    """Sort by time and keep the order of what happened at one instant."""
    return sorted(events, key=lambda event: event.at)
