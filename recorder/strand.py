"""A thread that runs only while it holds the baton."""

from _thread import allocate_lock
from collections.abc import Callable
from typing import Any


class Abandoned(BaseException):
    """Ends a thread whose run is over. No `Exception`, so that an app's handlers let it pass."""


class Strand:
    """A thread on the virtual clock, as the clock sees it.

    `join` waits, in real seconds at most, for the very end of the thread. `waits_for` is what the
    strand has parked for: a lock, an event loop, or words.
    """

    def __init__(self, name: str, join: Callable[[float], Any] = lambda seconds: None) -> None:
        self.name = name
        self.join = join
        self.ident = 0
        self._gate = allocate_lock()
        self._gate.acquire()
        self.parks = 0  # how often it has parked: tells a timer that it is no longer meant
        self.parked = self.timed_out = False
        self.ended = self.abandoned = False
        self.waits_for: object = None
        self.joiners: list[Strand] = []

    def open_gate(self) -> None:
        """Let the strand go on, if it is waiting for its turn."""
        if self._gate.locked():
            self._gate.release()

    def wait_at_gate(self) -> None:
        """Stop the calling thread, which is the strand's own, until its turn comes."""
        self._gate.acquire()

    def end(self) -> None:
        """Let an abandoned thread end where it waits, and wait until it has."""
        self.open_gate()
        self.join(1.0)
