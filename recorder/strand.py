"""A thread that runs only while it holds the baton."""

import sys
from _thread import allocate_lock
from collections.abc import Callable
from typing import Any

IN_BROWSER = sys.platform == "emscripten"


class Abandoned(BaseException):
    """Ends a thread whose run is over. No `Exception`, so that an app's handlers let it pass."""


class _Gate:
    """Stops a thread until somebody opens the gate."""

    def __init__(self) -> None:
        self._closed = allocate_lock()
        self._closed.acquire()

    def open(self) -> None:
        """Let the thread that waits go on."""
        if self._closed.locked():
            self._closed.release()

    def wait(self) -> None:
        """Stop the calling thread until the gate is open; close it again."""
        self._closed.acquire()


if sys.platform == "emscripten":
    from recorder.stacks import Gate as Gate
    from recorder.stacks import get_ident as get_ident
else:
    from _thread import get_ident as get_ident

    Gate = _Gate


class Strand:
    """A thread on the virtual clock, as the clock sees it.

    `join` waits, in real seconds at most, for the very end of the thread. `waits_for` is what the
    strand has parked for: a lock, an event loop, or words.
    """

    def __init__(self, name: str, join: Callable[[float], Any] = lambda seconds: None) -> None:
        self.name = name
        self.join = join
        self.ident = 0
        self._gate = Gate()
        self.parks = 0  # how often it has parked: tells a timer that it is no longer meant
        self.parked = self.timed_out = False
        self.ended = self.abandoned = False
        self.waits_for: object = None
        self.joiners: list[Strand] = []

    def starts_with(self, ident: int, body: Callable[[], None]) -> None:
        """Have the strand begin with `body`, on a stack of its own, when its first turn comes."""
        if sys.platform == "emscripten":
            self._gate.opens_to(ident, body)

    def open_gate(self) -> None:
        """Let the strand go on, if it is waiting for its turn."""
        self._gate.open()

    def wait_at_gate(self) -> None:
        """Stop the calling thread, which is the strand's own, until its turn comes."""
        self._gate.wait()

    def end(self) -> None:
        """Let an abandoned thread end where it waits, and wait until it has."""
        self.open_gate()
        self.join(1.0)
