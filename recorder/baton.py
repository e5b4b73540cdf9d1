"""The baton: who of several threads runs, and when time passes.

A thread that waits parks and gives the baton to the next one that is ready, first come, first
served. Only when nobody is ready does time pass, to the next timer.
"""

import heapq
import itertools
import math
from collections import deque
from collections.abc import Callable

from recorder.errors import Deadlock
from recorder.strand import Abandoned, Bearer, Strand, get_ident


class Baton:
    """Passed among strands, of which whoever makes it is the main one. `now` is in virtual seconds.

    When the run must end at once, `stopped` says why, and the main strand raises `Abandoned` from
    where it waits. `explain` tells who waits for what.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.main: Bearer = Strand("the event loop")
        self.current: Bearer = self.main
        self.main.ident = get_ident()
        self.strands: dict[int, Bearer] = {self.main.ident: self.main}
        self.stopped: Exception | None = None
        self.switches = 0
        self.explain: Callable[[], str] = str
        self._ages = itertools.count()
        self._ready: deque[Bearer] = deque()
        self._timers: list[tuple[float, int, int, bool, Bearer]] = []
        self._dead: list[Bearer] = []

    def here(self) -> Bearer | None:
        """The strand that calls, None if a thread that is not on the clock does."""
        return self.strands.get(get_ident())

    def next_age(self) -> int:
        """A number for a timer: of two for one instant, the lower comes first."""
        return next(self._ages)

    def park(self, until: tuple[float, int] | None = None, waits_for: object = None) -> bool:
        """Give the baton away until somebody wakes the strand, or until a virtual second and age.

        Returns:
            Whether it was woken: False if its time came first.

        Raises:
            Abandoned: the run is over, and this strand is to end without a trace.
        """
        strand = self.here() or self.current  # who unwinds when the run is over has no baton
        self._check(strand)
        strand.parks += 1
        strand.parked, strand.timed_out, strand.waits_for = True, False, waits_for
        if until is not None and until[0] < math.inf:
            heapq.heappush(self._timers, (*until, strand.parks, True, strand))
        self._switch(strand)
        return not strand.timed_out

    def wake(self, strand: Bearer, at: float = -math.inf) -> None:
        """Let a parked strand run when its turn comes; at a virtual second, if that is to come."""
        if at > self.now:
            heapq.heappush(self._timers, (at, self.next_age(), strand.parks, False, strand))
        elif strand.parked:
            strand.parked = False
            self._ready.append(strand)

    @property
    def is_busy(self) -> bool:
        """Whether another strand could run now."""
        return bool(self._ready)

    def moments(self) -> list[float]:
        """The virtual seconds at which others than the main strand are due."""
        return [
            when
            for when, _, parks, _, strand in self._timers
            if strand is not self.main and strand.parked and strand.parks == parks
        ]

    def _promote(self) -> None:
        while self._timers and self._timers[0][0] <= self.now:
            _, _, parks, is_late, strand = heapq.heappop(self._timers)
            if strand.parked and strand.parks == parks:
                strand.timed_out = is_late
                self.wake(strand)

    def _next(self) -> Bearer:
        """Who gets the baton; time passes if nobody is ready."""
        self._promote()
        while not self._ready and self._timers:
            self._go_to(self._timers[0][0])
            self._promote()
        if self._ready:
            return self._ready.popleft()
        self.stopped = self._stuck()
        return self.main

    def _stuck(self) -> Deadlock:
        """What is said when everybody waits for ever."""
        return Deadlock(f"everybody waits, and no timer is set: {self.explain()}")

    def _go_to(self, moment: float) -> None:
        if moment > self.now:
            self.now = moment

    def _switch(self, strand: Bearer) -> None:
        self.switches += 1
        self.current = self._next()
        if self.current is not strand:
            self.current.open_gate()
            strand.wait_at_gate(self)
        while self._dead:  # what a thread that ended had in its hands is let go of first
            self._dead.pop().finish(1.0)
        self._check(strand)

    def is_stopped(self) -> bool:
        """Whether the run must end at once."""
        return self.stopped is not None

    def _check(self, strand: Bearer) -> None:
        strand.parked = False
        if strand.abandoned or (strand is self.main and self.is_stopped()):
            raise Abandoned
