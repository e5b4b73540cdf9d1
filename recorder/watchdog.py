"""Stops an app that does not give way, after a budget of real seconds."""

import ctypes
import threading
import time
import warnings
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from recorder import where
from recorder.clock import VirtualClock
from recorder.errors import RealTimeWarning
from recorder.halt import AGAIN_AFTER, Halt, spent
from recorder.strand import Abandoned

_LOOK_EVERY = 0.25  # real seconds
_LOOKS = 5  # that see a thread wait, before it is told


def interrupt(ident: int | None, error: type[BaseException]) -> None:
    """Raise `error` in the thread `ident`, at its next line of Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident or 0), ctypes.py_object(error))


def _told(ident: int, file: str) -> str:
    """What Linux tells of a thread; "" elsewhere."""
    thread = next((one for one in threading.enumerate() if one.ident == ident), None)
    try:
        return Path(f"/proc/self/task/{thread.native_id if thread else 0}/{file}").read_text(
            "ascii"
        )
    except OSError:
        return ""


def _is_asleep(ident: int) -> bool:
    """Whether a thread waits for something other than a slow disk, as far as the system tells."""
    state = _told(ident, "stat").rpartition(")")[2].split()
    return not state or state[0] != "D"


def _queued(ident: int) -> float:
    """For how many seconds a thread has waited for a processor that others had."""
    told = _told(ident, "schedstat").split()
    return int(told[1]) / 1e9 if len(told) > 1 else 0.0


class Watchdog:
    """Interrupts the thread that enters the block when `budget` real seconds are over.

    If another strand has the baton at that moment, it is ended first. `waited_at` is the line that
    waited for something in real time, such as a socket. Made before threads are put on the clock:
    its own is real.
    """

    def __init__(self, budget: float, clock: VirtualClock) -> None:
        self._budget = budget
        self._clock = clock
        self._done = threading.Event()
        self._watched = threading.get_ident()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._is_spent = False
        self.waited_at: str | None = None
        self._seen: tuple[float, ...] = ()
        self._same = 0

    def _watch(self) -> None:
        left = self._budget
        while left > 0:
            if self._done.wait(min(left, _LOOK_EVERY)):
                return
            left -= _LOOK_EVERY
            self._look()
        self._clock.stop(spent(self._budget, where.frame_of(self._running())))
        self._is_spent = True
        # Again and again: the first may be swallowed by a bare `except`. What cleans up after the
        # app is left in peace; not what the app does meanwhile.
        while True:
            if (running := self._running()) != self._watched:
                interrupt(running, Abandoned)
            if not self._clock.over or where.of_thread(self._watched):
                interrupt(self._watched, Halt)
            if self._done.wait(AGAIN_AFTER):
                return

    def _look(self) -> None:
        """See whether the thread that has the baton neither computes nor gives it away."""
        ident = self._running()
        try:
            spent = time.clock_gettime(time.pthread_getcpuclockid(ident))
        except (AttributeError, OSError):  # not every system can tell
            return
        # A thread that gets no processor does not wait: it is kept waiting.
        seen = (self._clock.switches, ident, round(spent, 2), round(_queued(ident), 2))
        self._same = self._same + 1 if seen == self._seen and _is_asleep(ident) else 0
        if self._same >= _LOOKS:
            self.waited_at = where.of_thread(ident) or "code of a library"
        self._seen = seen

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
        if self.waited_at is not None and error is None:
            said = f"{self.waited_at}: waits in real time, so the recording does not show how long"
            warnings.warn(RealTimeWarning(said), stacklevel=2)
        if self._is_spent:
            # One may still be on its way. To take it back with NULL would leave the interpreter's
            # flag set for ever; so have it raised here.
            with suppress(Halt):
                interrupt(self._watched, Halt)
                for _ in range(1000):
                    pass
