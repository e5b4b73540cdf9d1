"""Strands that are threads of the operating system."""

from __future__ import annotations

import threading
from _thread import allocate_lock, get_ident
from collections.abc import Callable
from typing import TYPE_CHECKING

from recorder.bearer import Bearer

if TYPE_CHECKING:
    from recorder.baton import Baton
    from recorder.clock import VirtualClock

__all__ = ["Strand", "get_ident"]

_start, _join = threading.Thread.start, threading.Thread.join


class Strand(Bearer):
    """A thread that stops at a gate until it has the baton."""

    def __init__(self, name: str, thread: threading.Thread | None = None) -> None:
        super().__init__(name, thread)
        self._gate = allocate_lock()
        self._gate.acquire()

    def start(self, clock: VirtualClock, run: Callable[[], None]) -> None:
        """Start it, and wait in real time until it is there."""

        def bootstrap() -> None:
            try:
                run()
            finally:
                clock.end(self)

        assert self.thread is not None
        vars(self.thread).update(_started=_Started(clock, self), _bootstrap=bootstrap)
        _start(self.thread)

    def open_gate(self) -> None:
        """Let it go on, if it is waiting for its turn."""
        if self._gate.locked():
            self._gate.release()

    def wait_at_gate(self, baton: Baton) -> None:
        """Stop the caller, which is the thread itself, until its turn comes."""
        self._gate.acquire()

    def finish(self, seconds: float | None) -> None:
        """Wait, in real seconds at most, for the very end of the thread."""
        if self.thread is not None:
            _join(self.thread, seconds)


class _Started:
    """Stands in for a thread's `_started` event.

    Who starts the thread waits in real time until it is there; it then waits for its first turn.
    """

    def __init__(self, clock: VirtualClock, strand: Strand) -> None:
        self._clock, self._strand = clock, strand
        self._there = allocate_lock()
        self._there.acquire()

    def is_set(self) -> bool:
        return self._strand.ident != 0

    def set(self) -> None:
        self._strand.ident = get_ident()
        self._clock.begin(self._strand)
        self._there.release()
        self._clock.await_turn(self._strand)

    def wait(self, timeout: float | None = None) -> bool:
        self._there.acquire()
        return True
