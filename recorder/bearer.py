"""Who can bear the baton: what the clock knows of a thread, whatever a thread is made of here."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recorder.baton import Baton
    from recorder.clock import VirtualClock


active: list[VirtualClock] = []  # the clock of the run at hand is the last


class Abandoned(BaseException):
    """Ends a thread whose run is over. No `Exception`, so that an app's handlers let it pass."""


class Bearer(ABC):
    """A thread on the virtual clock, as the clock sees it; without a thread, who made the clock.

    `waits_for` is what it has parked for: a lock, an event loop, or words.
    """

    def __init__(self, name: str, thread: threading.Thread | None = None) -> None:
        self.name = name
        self.thread = thread
        self.ident = 0
        self.parks = 0  # how often it has parked: tells a timer that it is no longer meant
        self.parked = self.timed_out = False
        self.ended = self.abandoned = False
        self.waits_for: object = None
        self.joiners: list[Bearer] = []

    @abstractmethod
    def start(self, clock: VirtualClock, run: Callable[[], None]) -> None:
        """Have the thread run at its first turn, and then tell the clock of its end."""

    @abstractmethod
    def open_gate(self) -> None:
        """Let it go on, if it is waiting for its turn."""

    @abstractmethod
    def wait_at_gate(self, baton: Baton) -> None:
        """Stop the caller, which is the thread itself, until its turn comes."""

    @abstractmethod
    def finish(self, seconds: float | None) -> None:
        """Wait, in real seconds at most, until nothing is left of a thread that has ended."""

    def abandon(self) -> None:
        """Let it end where it waits, and wait until it has."""
        self.open_gate()
        self.finish(1.0)
