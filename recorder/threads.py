"""Puts Python's threads on the virtual clock: start, join, locks, queues, executors."""

import _thread
import itertools
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context
from typing import Any

from anyio._backends._asyncio import CancelScope

from recorder import stacks
from recorder.clock import VirtualClock, active, clock_here
from recorder.locks import InOrder, Lock
from recorder.patch import replaced
from recorder.strand import IN_BROWSER, Abandoned, Strand

# Python's own number is min(32, CPUs + 4), which depends on the machine.
EXECUTOR_THREADS = 32

_real_lock = _thread.allocate_lock
_start, _join = threading.Thread.start, threading.Thread.join
_executor = ThreadPoolExecutor.__init__
_scope = CancelScope.__init__
_ages = itertools.count(1)


class _Started:
    """Stands in for a thread's `_started` event.

    Who starts the thread waits in real time until it is there; it then waits for its first turn.
    """

    def __init__(self, clock: VirtualClock, strand: Strand) -> None:
        self._clock, self._strand = clock, strand
        self._there = _real_lock()
        self._there.acquire()

    def is_set(self) -> bool:
        return self._strand.ident != 0

    def set(self) -> None:
        if IN_BROWSER:
            return
        self._clock.begin(self._strand)
        self._there.release()
        self._clock.await_turn(self._strand)

    def wait(self, timeout: float | None = None) -> bool:
        self._there.acquire()
        return True


def start(thread: threading.Thread) -> None:
    """What `Thread.start` does during a run.

    Raises:
        Abandoned: the run is over.
    """
    clock = clock_here()
    if clock is None or thread._started.is_set():  # type: ignore[attr-defined]
        return _start(thread)
    if clock.over:
        raise Abandoned
    strand = Strand(thread.name, lambda seconds: _end(thread, seconds))
    run = _put_on(clock, strand, thread)
    if IN_BROWSER:
        _start_stack(thread, strand, run)
        clock.begin(strand, strand.ident)
    else:
        _start(thread)


def _put_on(clock: VirtualClock, strand: Strand, thread: Any) -> Callable[[], None]:
    """Have a thread wait for its turns; what it then runs is returned."""
    bootstrap, excepthook = thread._bootstrap, thread._invoke_excepthook

    def run() -> None:
        try:
            bootstrap()
        except BaseException:
            if not strand.abandoned:
                raise
        finally:
            clock.end(strand)

    def told(thread: threading.Thread) -> None:
        if not isinstance(sys.exc_info()[1], Abandoned):
            excepthook(thread)

    vars(thread).update(
        _started=_Started(clock, strand), _bootstrap=run, _invoke_excepthook=told, _strand=strand
    )
    return run


def _start_stack(thread: threading.Thread, strand: Strand, run: Callable[[], None]) -> None:
    """What `Thread.start` does to a thread, where there are none: it begins at its first turn."""
    threading._limbo[thread] = thread  # type: ignore[attr-defined]
    thread._context = Context()  # type: ignore[attr-defined]
    vars(thread)["is_alive"] = lambda: not strand.ended
    strand.ident = stacks.new_ident()
    strand.starts_with(strand.ident, run)


def _end(thread: threading.Thread, seconds: float | None) -> None:
    """Wait for the very end of a thread."""
    strand: Strand = vars(thread)["_strand"]
    if IN_BROWSER:
        if not strand.ended:  # a stack unwinds only while this one is suspended
            active[-1].main.wait_at_gate()
    else:
        _join(thread, seconds)


def join(thread: threading.Thread, timeout: float | None = None) -> None:
    """What `Thread.join` does during a run; `timeout` is in virtual seconds."""
    clock, strand = clock_here(), vars(thread).get("_strand")
    if clock and strand and not strand.ended and strand is not clock.here():
        strand.joiners.append(clock.current)
        until = None if timeout is None else (clock.now + max(0.0, timeout), clock.next_age())
        clock.park(until, thread)
        if not strand.ended:
            return None
        return _end(thread, timeout)
    return None if IN_BROWSER and strand and strand.ended else _join(thread, timeout)


def _sized(
    pool: ThreadPoolExecutor, max_workers: int | None = None, *args: Any, **more: Any
) -> None:
    _executor(pool, EXECUTOR_THREADS if max_workers is None else max_workers, *args, **more)


def _ordered(scope: CancelScope, *args: Any, **more: Any) -> None:
    _scope(scope, *args, **more)
    scope._child_scopes = InOrder()  # type: ignore[assignment]


def _hash_by_age(self: Any) -> int:
    age: int = vars(self).setdefault("_recorder_age", next(_ages))
    return age


# Under whatever name a module holds them. Condition, Event, Semaphore, Queue and Future are made of
# these, and SQLAlchemy's pool and anyio of those.
INSTEAD = {
    _thread.allocate_lock: Lock,
    threading.Lock: Lock,
    _thread.RLock: threading._PyRLock,  # type: ignore[attr-defined]
    queue.SimpleQueue: queue._PySimpleQueue,  # type: ignore[attr-defined]
}


@contextmanager
def installed() -> Iterator[None]:
    """Make threads follow the clock inside the block, where `INSTEAD` is in place too."""
    with (
        replaced(threading.Thread, start=start, join=join, __hash__=_hash_by_age),
        replaced(threading, excepthook=threading.__excepthook__),  # the host may have its own
        replaced(Future, __hash__=_hash_by_age),
        replaced(ThreadPoolExecutor, __init__=_sized),
        replaced(CancelScope, __init__=_ordered),
    ):
        yield
