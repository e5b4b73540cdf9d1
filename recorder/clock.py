"""The virtual clock: what waiting costs, and how threads come and go on it.

One thread runs at a time: whoever has the baton. Time passes only when everybody waits, so that an
hour takes milliseconds and the order is the same in every run.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from recorder.baton import Baton
from recorder.bearer import active as active
from recorder.errors import CannotWait, Deadlock
from recorder.strand import Abandoned, Bearer

_PATIENCE = 10_000  # looks at a clock that stands still, or at a lock that is held
_TURNS = 100_000  # of an event loop within one instant


class VirtualClock(Baton):
    """Virtual seconds since the start of the run, moved by waiting and by nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.over = False
        self.on_block: Callable[[], None] = lambda: None
        self._looks = self._turns = 0
        self._seen = 0.0

    def _stands_still(self) -> bool:
        """Whether time has not passed since the last call."""
        before, self._seen = self._seen, self.now
        return before == self.now

    def give_way(self) -> None:
        """Let everybody run who could run now."""
        self._promote()
        self._turns = self._turns + 1 if self._stands_still() else 0
        if self._turns > _TURNS:  # an event loop that polls: it would never see time pass
            self.park((self.now + 0.001, self.next_age()))
            self._turns, self._seen = _TURNS, self.now
        elif self._ready:
            self._ready.append(self.current)
            self._switch(self.current)

    def sleep(self, seconds: float) -> None:
        """What `time.sleep` does to the strand that calls it."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if self.current is self.main:
            if self.over:
                raise Abandoned
            self.on_block()
        self.park((self.now + seconds, self.next_age()), "time.sleep")

    def lose_patience(self) -> None:
        """Count a look at what stands still: who polls in a busy loop sees time pass at last."""
        self._looks = self._looks + 1 if self._stands_still() else 0
        if self._looks > _PATIENCE and self.here() is self.current:
            self.sleep(0.001)
            self._looks, self._seen = _PATIENCE, self.now

    def begin(self, strand: Bearer) -> None:
        """Put a thread on the clock; its first turn will come."""
        self.strands[strand.ident] = strand
        self._ready.append(strand)

    def await_turn(self, strand: Bearer) -> None:
        """Wait for the first turn.

        Raises:
            Abandoned: the run was over before it came.
        """
        strand.wait_at_gate(self)
        self._check(strand)

    def end(self, strand: Bearer) -> None:
        """Give the baton away for good. Called by the strand's own thread."""
        strand.ended = True
        self.strands.pop(strand.ident, None)
        for joiner in strand.joiners:
            self.wake(joiner)
        if not strand.abandoned:
            self._dead.append(strand)
            self.pass_on()

    def pass_on(self) -> None:
        """Give the baton away without waiting to get it back."""
        self.current = self._next()
        self.current.open_gate()

    def call(self, strand: Bearer, moment: float) -> None:
        """Have a strand's next turn come at a virtual second."""
        strand.parked = True
        self.wake(strand, moment)

    def stop(self, error: Exception) -> None:
        """Have the main strand end the run, whoever has the baton."""
        self.stopped = error
        self.main.open_gate()

    def abandon_strands(self) -> None:
        """End every thread but the main one, one after the other."""
        self.over, self.current = True, self.main
        left = [strand for strand in self.strands.values() if strand is not self.main]
        for strand in left:
            strand.abandoned = True  # all of them, before the first unwinds
        for strand in left:
            strand.abandon()
        self._ready.clear()
        self._timers.clear()

    @contextmanager
    def ahead(self) -> Iterator["Ahead"]:
        """Be on a clock of one's own inside the block, while all others stand still."""
        active.append(Ahead(self))
        try:
            yield active[-1]  # type: ignore[misc]
        finally:
            active.pop()


class Ahead(VirtualClock):
    """The clock of one strand, and of those that it starts, while the others stand still."""

    def __init__(self, others: VirtualClock) -> None:
        super().__init__()
        self.now, self._others = others.now, others

    def wake(self, strand: Bearer, at: float = -math.inf) -> None:
        """Let a parked strand run; one of the others, when their time has come to now."""
        if self.strands.get(strand.ident) is strand:
            super().wake(strand, at)
        else:
            self._others.wake(strand, max(at, self.now))

    def stop(self, error: Exception) -> None:
        """End the run."""
        self._others.stop(error)

    def is_stopped(self) -> bool:
        """Whether the run must end at once."""
        return self._others.is_stopped()

    def run_out(self) -> None:
        """Let those that it has started run to their ends."""
        while self.is_busy or self.moments():
            self.park((max([self.now, *self.moments()]), self.next_age()))

    def _stuck(self) -> Deadlock:
        from recorder import where  # which knows of clocks

        self.main.name = self._others.current.name
        name, why = self.main.name, "here no thread can be suspended: each runs to its end at once"
        error = CannotWait(f"{name} has to wait, and {why} ({where.waiters(self)})")
        self.stop(error)
        return error


def clock_here() -> VirtualClock | None:
    """The clock that the calling thread is on, None outside of runs and for other threads."""
    return active[-1] if active and active[-1].here() else None
