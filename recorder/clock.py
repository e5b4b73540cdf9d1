"""The virtual clock, and the threads that live on it.

One thread runs at a time: whoever holds the baton. The event loop's thread hands the baton to a
strand (one call in the thread pool) and gets it back when the strand sleeps or ends. So the
order is the same in every run, and time passes only when nobody can run.
"""

import heapq
import itertools
import threading
from collections.abc import Callable

from recorder.errors import BudgetSpent

_PATIENCE = 10_000  # reads of a clock that stands still


class Abandoned(BaseException):
    """Ends a thread whose run is over. No `Exception`, so that an app's handlers let it pass."""


class Strand:
    """One function call in a thread of its own that runs only while it holds the baton."""

    def __init__(self, clock: "VirtualClock", body: Callable[[], None]) -> None:
        self._clock = clock
        self._body = body
        self._gate = threading.Semaphore(0)
        self.abandoned = False
        self.thread = threading.Thread(target=self._run, name="AnyIO worker thread", daemon=True)
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
        self._ages = itertools.count()
        self._reads = 0
        self._wakes: list[tuple[float, int, Strand]] = []
        self._strands: list[Strand] = []
        self._baton = threading.Semaphore(0)
        self.running: Strand | None = None
        self.over = False
        self.on_block: Callable[[], None] = lambda: None

    # -- for the event loop -------------------------------------------------------------------

    def start_strand(self, body: Callable[[], None]) -> None:
        """Run `body` in a thread as soon as the running thread gives way."""
        strand = Strand(self, body)
        self._strands.append(strand)
        heapq.heappush(self._wakes, (self.now, self.next_age(), strand))

    def next_age(self) -> int:
        """A number for a timer or a wake: at one instant, the lower comes first."""
        return next(self._ages)

    def wakes(self) -> list[float]:
        """The virtual seconds at which strands are due."""
        return [when for when, _, _ in self._wakes]

    def advance(self, until: tuple[float, int] | None) -> bool:
        """Let the next strand run if it is due before `until`, otherwise go to `until`.

        `until` is a timer's virtual second and age.

        Returns:
            False if there is nothing to go to: no strand is due and `until` is None.
        """
        if self._wakes and (until is None or self._wakes[0][:2] < until):
            when, _, strand = heapq.heappop(self._wakes)
            self._go_to(when)
            self._lend_baton(strand)
            return True
        if until is None:
            return False
        self._go_to(until[0])
        return True

    def block(self, until: float) -> None:
        """Go to `until` while the event loop stands still; threads go on meanwhile."""
        while self._wakes and self._wakes[0][0] <= until:
            self.advance(None)
        self._go_to(until)

    def _go_to(self, moment: float) -> None:
        self.now = max(self.now, moment)
        self._reads = 0

    def read(self) -> float:
        """The virtual second, for a reader; who reads it in a busy loop sees it move at last."""
        self._reads += 1
        if self._reads > _PATIENCE:
            self.sleep(0.001)
            self._reads = _PATIENCE
        return self.now

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
        self.over = True
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
        if strand is None and self.over:
            raise Abandoned
        if strand is None:
            self.on_block()
            self.block(until)
        elif strand.thread is threading.current_thread():
            heapq.heappush(self._wakes, (until, self.next_age(), strand))
            self._baton.release()
            strand.wait_for_baton()
        else:
            raise RuntimeError("time.sleep in a thread that is not on the virtual clock")
