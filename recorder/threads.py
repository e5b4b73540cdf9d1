"""Puts Python's threads on the virtual clock: start, join, locks, queues, executors."""

import _thread
import itertools
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from anyio._backends._asyncio import CancelScope

from recorder.clock import clock_here
from recorder.locks import InOrder, Lock
from recorder.patch import replaced
from recorder.strand import Abandoned, Bearer, Strand

# Python's own number is min(32, CPUs + 4), which depends on the machine.
EXECUTOR_THREADS = 32

_start, _join = threading.Thread.start, threading.Thread.join
_executor = ThreadPoolExecutor.__init__
_scope = CancelScope.__init__
_ages = itertools.count(1)


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
    strand = Strand(thread.name, thread)
    strand.start(clock, _observed(strand, thread))


def _observed(strand: Bearer, thread: Any) -> Callable[[], None]:
    """What a thread runs; of its being abandoned, nobody is told."""
    bootstrap, excepthook = thread._bootstrap, thread._invoke_excepthook

    def run() -> None:
        try:
            bootstrap()
        except BaseException:
            if not strand.abandoned:
                raise

    def told(thread: threading.Thread) -> None:
        if not isinstance(sys.exc_info()[1], Abandoned):
            excepthook(thread)

    vars(thread).update(_invoke_excepthook=told, _strand=strand)
    return run


def join(thread: threading.Thread, timeout: float | None = None) -> None:
    """What `Thread.join` does during a run; `timeout` is in virtual seconds."""
    clock, strand = clock_here(), vars(thread).get("_strand")
    if strand is None or strand.thread is threading.current_thread():
        return _join(thread, timeout)
    if clock and not strand.ended:
        strand.joiners.append(clock.current)
        until = None if timeout is None else (clock.now + max(0.0, timeout), clock.next_age())
        clock.park(until, thread)
        if not strand.ended:
            return None
    strand.finish(timeout)
    return None


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
