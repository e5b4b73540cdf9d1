"""The virtual clock, and the threads that live on it.

One thread runs at a time: whoever holds the baton. The event loop's thread hands the baton to a
strand (one call in the thread pool) and gets it back when the strand sleeps or ends. So the
order is the same in every run, and time passes only when nobody can run.
"""

import datetime
import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from recorder.errors import BudgetSpent
from recorder.patch import edit_type, replaced

EPOCH = 1_767_258_000.0  # virtual second 0 is 2026-01-01 09:00:00 UTC: a date that never changes
_NAMES = ("time", "monotonic", "perf_counter")
_real = {name: getattr(time, name) for name in (*_NAMES, *(f"{n}_ns" for n in _NAMES), "sleep")}
_active: list["VirtualClock"] = []


class Abandoned(BaseException):
    """Ends a thread whose run is over. No `Exception`, so that an app's handlers let it pass."""


class Strand:
    """One function call in a thread of its own that runs only while it holds the baton."""

    def __init__(self, clock: "VirtualClock", body: Callable[[], None]) -> None:
        self._clock = clock
        self._body = body
        self._gate = threading.Semaphore(0)
        self.abandoned = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        self._gate.acquire()
        try:
            if not self.abandoned:
                self._body()
        except Abandoned:
            pass
        finally:
            self._clock.strand_ended(self)

    def hand_over(self) -> None:
        """Let the strand run until it parks or ends. Called by the event loop's thread."""
        self._gate.release()

    def wait_for_baton(self) -> None:
        """Give way until this strand's turn comes. Called by the strand's own thread.

        Raises:
            Abandoned: the run is over, and this strand is to end without a trace.
        """
        self._gate.acquire()
        if self.abandoned:
            raise Abandoned


class VirtualClock:
    """Virtual seconds since the start of the run, moved by sleeping and by nothing else."""

    def __init__(self, budget: float = 10.0) -> None:
        self.now = 0.0
        self._budget = budget
        self._order = itertools.count()
        self._wakes: list[tuple[float, int, Strand]] = []
        self._strands: list[Strand] = []
        self._baton = threading.Semaphore(0)
        self.running: Strand | None = None

    # -- for the event loop -------------------------------------------------------------------

    def start_strand(self, body: Callable[[], None]) -> None:
        """Run `body` in a thread as soon as the running thread gives way."""
        strand = Strand(self, body)
        self._strands.append(strand)
        heapq.heappush(self._wakes, (self.now, next(self._order), strand))

    def advance(self, until: float | None) -> bool:
        """Let the next strand run if one is due by `until`, otherwise go to `until`.

        Returns:
            False if there is nothing to go to: no strand is due and `until` is None.
        """
        if self._wakes and (until is None or self._wakes[0][0] <= until):
            when, _, strand = heapq.heappop(self._wakes)
            self.now = max(self.now, when)
            self._lend_baton(strand)
            return True
        if until is None:
            return False
        self.now = max(self.now, until)
        return True

    def block(self, until: float) -> None:
        """Go to `until` while the event loop stands still; threads go on meanwhile."""
        while self._wakes and self._wakes[0][0] <= until:
            self.advance(until)
        self.now = max(self.now, until)

    def _lend_baton(self, strand: Strand) -> None:
        self.running = strand
        strand.hand_over()
        # The watchdog comes first; this is for a thread that waits in C, where it has no power.
        came_back = self._baton.acquire(timeout=self._budget + 1)
        self.running = None
        if not came_back:
            raise BudgetSpent("a thread waits for something outside the virtual clock")

    def abandon_strands(self) -> None:
        """End every thread that waits for its turn."""
        left, self._strands = self._strands, []
        self._wakes.clear()
        for strand in left:
            strand.abandoned = True
            strand.hand_over()

    # -- for the strands ----------------------------------------------------------------------

    def strand_ended(self, strand: Strand) -> None:
        """Give the baton back for good."""
        if strand in self._strands:
            self._strands.remove(strand)
        if not strand.abandoned:
            self._baton.release()

    def sleep(self, seconds: float) -> None:
        """What `time.sleep` does during a run."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        until = self.now + seconds
        strand = self.running
        if strand is None:
            self.block(until)
        elif strand.thread is threading.current_thread():
            heapq.heappush(self._wakes, (until, next(self._order), strand))
            self._baton.release()
            strand.wait_for_baton()
        else:
            raise RuntimeError("time.sleep in a thread that is not on the virtual clock")


def _sleep(seconds: float) -> None:
    if _active:
        _active[-1].sleep(seconds)
    else:
        _real["sleep"](seconds)


def _reader(name: str) -> Callable[[], float]:
    # A library that is imported during a run may keep this function: it falls back to the real one.
    epoch = EPOCH if name.startswith("time") else 0.0

    def read() -> float:
        if not _active:
            real: float = _real[name]()
            return real
        now = epoch + _active[-1].now
        return round(now * 1e9) if name.endswith("_ns") else now

    return read


def _datetime_now(
    cls: type[datetime.datetime], tz: datetime.tzinfo | None = None
) -> datetime.datetime:
    return cls.fromtimestamp(time.time(), tz)


def _datetime_utcnow(cls: type[datetime.datetime]) -> datetime.datetime:
    return cls.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None)


def _today(cls: type[datetime.date]) -> datetime.date:
    return cls.fromtimestamp(time.time())


@contextmanager
def installed(clock: VirtualClock) -> Iterator[VirtualClock]:
    """Make `time` and `datetime` follow `clock` inside the block."""
    readers = {name: _reader(name) for name in _real if name != "sleep"}
    _active.append(clock)
    try:
        with (
            replaced(time, sleep=_sleep, **readers),
            edit_type(
                datetime.datetime,
                now=classmethod(_datetime_now),
                utcnow=classmethod(_datetime_utcnow),
                today=classmethod(_datetime_now),
            ),
            edit_type(datetime.date, today=classmethod(_today)),
        ):
            yield clock
    finally:
        _active.remove(clock)
