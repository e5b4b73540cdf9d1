"""An event loop without sockets whose clock jumps to the next timer when nobody can run."""

import asyncio
import heapq
import itertools
import math
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import Context
from typing import Any, NoReturn

from recorder.clock import VirtualClock, active
from recorder.strand import Bearer


class Task(asyncio.Task[Any]):
    """A task that hashes by age, so that sets of tasks are walked in the same order each run."""

    def __init__(self, age: int, *args: Any, **options: Any) -> None:
        self._age = age
        super().__init__(*args, **{**options, "name": options.get("name") or f"Task-{age}"})

    def __hash__(self) -> int:
        return self._age


class _Future(asyncio.Future[Any]):
    def __init__(self, age: int, loop: asyncio.AbstractEventLoop) -> None:
        self._age = age
        super().__init__(loop=loop)

    def __hash__(self) -> int:
        return self._age


class _Timer(asyncio.TimerHandle):
    """Of two timers for the same instant, the one that was set first fires first."""

    def __init__(self, age: int, *args: Any) -> None:
        self.age = age
        super().__init__(*args)

    def __lt__(self, other: Any) -> bool:
        return (self.when(), self.age) < (other.when(), other.age)


def _lacks(what: str) -> Callable[..., Any]:
    def refuse(*args: Any, **options: Any) -> NoReturn:
        raise NotImplementedError(f"the virtual event loop has no {what}")

    return refuse


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs callbacks as asyncio does, on virtual time.

    `wrap_task` sees every coroutine that becomes a task, and may put another round it.
    """

    wrap_task: Callable[[Any], Any] = staticmethod(lambda coroutine: coroutine)
    # asyncio itself raises a NotImplementedError without a word.
    sock_connect = create_unix_connection = _lacks("sockets")
    _make_subprocess_transport = _lacks("subprocesses")

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self.virtual = clock
        self._selector = self
        self._ages = itertools.count(1)
        self._parked: Bearer | None = None

    @property
    def _clock_resolution(self) -> float:
        # A timer is due when less than this is missing; far from 0, floats are further apart.
        return max(1e-9, 2 * math.ulp(self.virtual.now))

    @_clock_resolution.setter
    def _clock_resolution(self, seconds: float) -> None:
        pass  # what the base class finds out about the real clock

    def time(self) -> float:
        """Virtual seconds since the start of the run."""
        return self.virtual.now

    def select(self, timeout: float | None) -> tuple[()]:
        """Stand in for the selector: let other threads run, or let time pass."""
        if timeout == 0:
            self.virtual.give_way()
            return ()
        timers: list[_Timer] = self._scheduled  # type: ignore[attr-defined]
        self._parked = self.virtual.current
        try:
            self.virtual.park((timers[0].when(), timers[0].age) if timers else None, self)
        finally:
            self._parked = None
        return ()

    def _process_events(self, event_list: object) -> None:
        pass

    def _write_to_self(self) -> None:
        if self._parked is not None:
            self.virtual.wake(self._parked)

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Like asyncio's; from a thread that is ahead, when the loop's time has come to its own."""
        if active and active[-1].now > self.virtual.now:
            handle = self.call_at(active[-1].now, callback, *args, context=context)
            self._write_to_self()
            return handle
        return super().call_soon_threadsafe(callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Like asyncio's, but timers for the same instant fire in the order they were set in."""
        self._check_closed()  # type: ignore[attr-defined]
        timer = _Timer(self.virtual.next_age(), when, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)  # type: ignore[attr-defined]
        timer._scheduled = True  # type: ignore[attr-defined]
        return timer

    @property
    def is_busy(self) -> bool:
        """Whether somebody can run now."""
        return bool(self._ready) or self.virtual.is_busy  # type: ignore[attr-defined]

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Like asyncio's; what is collected after the run is no part of it, nor of the next one."""
        if self.virtual in active:
            super().call_exception_handler(context)

    def next_moment(self) -> float | None:
        """When the next timer or thread is due, None if there is none."""
        timers: list[_Timer] = self._scheduled  # type: ignore[attr-defined]
        due = [timer.when() for timer in timers if not timer.cancelled()]
        return min([*due, *self.virtual.moments()], default=None)

    def create_future(self) -> asyncio.Future[Any]:
        """Like asyncio's, with a future that hashes by age."""
        return _Future(next(self._ages), self)

    def create_task(  # type: ignore[override]
        self, coro: Coroutine[Any, Any, Any], *, context: Context | None = None, **options: Any
    ) -> asyncio.Task[Any]:
        """Like asyncio's, with a task that hashes by age."""
        self._check_closed()  # type: ignore[attr-defined]
        options.pop("eager_start", None)
        wrapped = self.wrap_task(coro)
        task = Task(next(self._ages), wrapped, loop=self, context=context, **options)
        if wrapped is not coro:  # one that is cancelled before its first step never runs the other
            task.add_done_callback(lambda done: coro.close())
        return task

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Like asyncio's; a default executor is made on the virtual clock."""
        if executor is None and self._default_executor is None:  # type: ignore[has-type]
            self._default_executor = ThreadPoolExecutor(thread_name_prefix="asyncio")
        return super().run_in_executor(executor, func, *args)


def new_event_loop() -> VirtualLoop:
    """What `asyncio.new_event_loop` does during a run: `asyncio.run` works in a thread."""
    return VirtualLoop(active[-1])
