"""A lock that waits in virtual time, from which Python makes all its others."""

from _thread import allocate_lock
from collections import deque
from types import TracebackType
from typing import Any

from recorder.clock import VirtualClock, active, clock_here
from recorder.strand import Bearer, get_ident


class Lock:
    """What `threading.Lock` makes during a run.

    A library that is imported during a run may keep one: outside of runs, and for threads that are
    not on a clock, it is the real lock that it holds.
    """

    def __init__(self) -> None:
        self._real = allocate_lock()
        self._waiting: deque[Bearer] = deque()
        self.owner = 0  # the identity of the thread that took it last

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock, as `threading.Lock.acquire` does; `timeout` is in virtual seconds."""
        taken = self._real.acquire(blocking=False)
        if not taken:
            clock = clock_here()
            if clock is None:
                taken = self._real.acquire(blocking, timeout)
            elif blocking and timeout != 0:
                taken = self._wait(clock, timeout)
            else:  # not a place to give way: Condition asks like this who owns a lock
                clock.lose_patience()
        if taken:
            self.owner = get_ident()
        return taken

    def _wait(self, clock: VirtualClock, timeout: float) -> bool:
        strand = clock.current
        until = None if timeout < 0 else (clock.now + timeout, clock.next_age())
        while True:
            self._waiting.append(strand)
            try:
                woken = clock.park(until, self)
            finally:
                if strand in self._waiting:
                    self._waiting.remove(strand)
            # Whoever came by meanwhile may have taken it, as in production.
            if self._real.acquire(blocking=False):
                return True
            if not woken:
                return False

    def release(self) -> None:
        """Give the lock back, as `threading.Lock.release` does."""
        self._real.release()
        if self._waiting and active:
            active[-1].wake(self._waiting.popleft())

    def locked(self) -> bool:
        """Whether somebody holds it."""
        return self._real.locked()

    def _at_fork_reinit(self) -> None:
        self._real = allocate_lock()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


class InOrder(dict[Any, None]):
    """Stands in for a set whose members hash by address: walked in the order they came in."""

    def add(self, member: object) -> None:
        """Put a member in."""
        self[member] = None

    def discard(self, member: object) -> None:
        """Take a member out, if it is in."""
        self.pop(member, None)

    def remove(self, member: object) -> None:
        """Take a member out."""
        del self[member]
