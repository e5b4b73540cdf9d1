"""What a case is, and what came of it: of a run on the virtual clock as of one on a real server."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from recorder import Event, Story

Log = Callable[[str], None]
# Called with what is to be waited for and its virtual seconds, gives the seconds to sleep.
Pause = Callable[[str, float], float]
# Gives an ASGI app for the length of the block. It must survive pickling.
Make = Callable[[Log, Pause], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Case:
    """An app and who asks it for what."""

    name: str
    make: Make
    story: Story


LOOP = 0


class Said(NamedTuple):
    """A line that the app logged, at a virtual second; `LOOP`, or another number for a thread.

    A label is the visitor, who does it, a number for the step, and what is done:
    `ann task0.1 sleep`.
    """

    at: float
    label: str
    thread: int

    @property
    def visitor(self) -> str:
        """For whom it was done."""
        return self.label.partition(" ")[0]

    @property
    def doer(self) -> str:
        """Who does it: one thing after the other."""
        step = re.sub(r"\.\d+ (?!end$)[a-z]+$", "", self.label)
        return self.label.rpartition(" ")[0] if step == self.label else step

    @property
    def is_cancelled(self) -> bool:
        """Whether it says that a coroutine was cancelled."""
        return self.label.endswith(" CancelledError")


@dataclass
class Answer:
    """What a visitor got. Moments are virtual seconds.

    `pieces` are parts of the `body`, and when they came. `complete` is when all of it had come,
    None if the connection ended before. `closing` is the code that closed a WebSocket, whose body
    has one message a line.
    """

    status: int | None = None
    body: str = ""
    pieces: list[tuple[float, str]] = field(default_factory=list)
    complete: float | None = None
    closing: int | None = None

    def add(self, moment: float, text: str) -> None:
        """Note a piece."""
        self.pieces.append((moment, text))
        self.body += text

    def arrival(self, end: int) -> float | None:
        """When so many characters of the body had come."""
        for moment, text in self.pieces:
            end -= len(text)
            if end <= 0:
                return moment
        return None


@dataclass
class Outcome:
    """A run: what the app logged, in order, what each visitor got, and the recorder's events."""

    said: list[Said]
    answers: dict[str, Answer]
    events: list[Event] = field(default_factory=list)

    def when(self) -> dict[str, float]:
        """The moment of each label."""
        return {line.label: line.at for line in self.said}

    @property
    def end(self) -> float:
        """The last moment at which something happened."""
        moments = [line.at for line in self.said]
        moments += [answer.complete or 0.0 for answer in self.answers.values()]
        return max(moments, default=0.0)
