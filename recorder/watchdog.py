"""Stops an app that does not give way, after a budget of real seconds."""

import ctypes
import threading
from contextlib import suppress
from types import TracebackType

from recorder import where
from recorder.clock import VirtualClock
from recorder.errors import BudgetSpent
from recorder.strand import Abandoned


class _Interrupt(KeyboardInterrupt):
    """Raised in the app's own line. Not an `Exception`, so that an app's handlers let it pass."""


def interrupt(ident: int | None, error: type[BaseException]) -> None:
    """Raise `error` in the thread `ident`, at its next line of Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident or 0), ctypes.py_object(error))


class Watchdog:
    """Interrupts the thread that enters the block when `budget` real seconds are over.

    If another strand has the baton at that moment, it is ended first. `spent_at` is None, or the
    line that was running. Made before threads are put on the clock: its own is real.
    """

    def __init__(self, budget: float, clock: VirtualClock) -> None:
        self._budget = budget
        self._clock = clock
        self._done = threading.Event()
        self._watched = threading.get_ident()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.spent_at: str | None = None

    def _watch(self) -> None:
        if self._done.wait(self._budget):
            return
        self.spent_at = where.of_thread(self._running()) or "code of a library"
        spent = f"still running after {self._budget:g} real seconds; is it an endless loop?"
        self._clock.stop(BudgetSpent(f"{self.spent_at}: {spent}"))
        # Again and again: the first may be swallowed by a bare `except`.
        while True:
            if (running := self._running()) != self._watched:
                interrupt(running, Abandoned)
            interrupt(self._watched, _Interrupt)
            if self._done.wait(0.2):
                return

    def _running(self) -> int:
        return self._clock.current.ident

    def __enter__(self) -> "Watchdog":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()
        if self.spent_at is not None:
            # One may still be on its way. To take it back with NULL would leave the interpreter's
            # flag set for ever; so have it raised here.
            with suppress(_Interrupt):
                interrupt(self._watched, _Interrupt)
                for _ in range(1000):
                    pass
