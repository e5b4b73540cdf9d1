"""An event loop without sockets whose clock jumps to the next timer when nobody can run."""

import asyncio
import heapq
import itertools
import math
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextvars import Context
from typing import Any

from recorder import where
from recorder.clock import Abandoned, VirtualClock
from recorder.errors import Deadlock

# asyncio.to_thread's own pool has min(32, cpu + 4) places, which depends on the machine.
DEFAULT_EXECUTOR_PLACES = 32


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


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs callbacks as asyncio does, on virtual time.

    `wrap_task` sees every coroutine that becomes a task, and may put another round it;
    `observe_call` sees every function that is to run in a thread of the default executor.
    """

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self.virtual = clock
        self._selector = self
        self._ages = itertools.count(1)
        self._places: dict[Executor | None, asyncio.Semaphore] = {}
        self.wrap_task: Callable[[Any], Any] = lambda coroutine: coroutine
        self.observe_call: Callable[..., Callable[[], Any]] = lambda func, call, place_free: call

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
        """Stand in for the selector: let threads run, or let time pass.

        Raises:
            Deadlock: nothing can run and no timer is set.
        """
        if timeout == 0:
            self.virtual.block(self.virtual.now)
            return ()
        timers: list[_Timer] = self._scheduled  # type: ignore[attr-defined]
        endless = not timers or timers[0].when() == math.inf
        if not self.virtual.advance(None if endless else (timers[0].when(), timers[0].age)):
            raise Deadlock(f"everybody waits, and no timer is set: {where.waiters(self)}")
        return ()

    def _process_events(self, event_list: object) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Like asyncio's, but timers for the same instant fire in the order they were set in."""
        timer = _Timer(self.virtual.next_age(), when, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)  # type: ignore[attr-defined]
        timer._scheduled = True  # type: ignore[attr-defined]
        return timer

    @property
    def is_busy(self) -> bool:
        """Whether somebody can run now."""
        return bool(self._ready)  # type: ignore[attr-defined]

    def next_moment(self) -> float | None:
        """When the next timer or thread is due, None if there is none."""
        timers: list[_Timer] = self._scheduled  # type: ignore[attr-defined]
        due = [timer.when() for timer in timers if not timer.cancelled()]
        return min([*due, *self.virtual.wakes()], default=None)

    def create_future(self) -> asyncio.Future[Any]:
        """Like asyncio's, with a future that hashes by age."""
        return _Future(next(self._ages), self)

    def create_task(  # type: ignore[override]
        self, coro: Coroutine[Any, Any, Any], *, context: Context | None = None, **options: Any
    ) -> asyncio.Task[Any]:
        """Like asyncio's, with a task that hashes by age."""
        options.pop("eager_start", None)
        coro = self.wrap_task(coro)
        return Task(next(self._ages), coro, loop=self, context=context, **options)

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run `func` in a strand, in as many at once as the executor has threads."""
        return Task(next(self._ages), self._in_executor(executor, func, args), loop=self)

    async def _in_executor(
        self, executor: Executor | None, func: Callable[..., Any], args: tuple[Any, ...]
    ) -> Any:
        threads = getattr(executor, "_max_workers", DEFAULT_EXECUTOR_PLACES)
        places = self._places.setdefault(executor, asyncio.Semaphore(threads))
        call = self.observe_call(func, lambda: func(*args), not places.locked())
        await places.acquire()
        # The place is kept until the thread ends, even if nobody waits for it any more. And unlike
        # asyncio.to_thread, which brings its own, an executor's thread gets no context.
        return await self.in_strand(call, Context(), places.release)

    async def in_strand(
        self, call: Callable[[], Any], context: Context, ended: Callable[[], None] | None = None
    ) -> Any:
        """Run `call` in a thread on the virtual clock and return what it returns."""
        future = self.create_future()

        def body() -> None:
            try:
                result = context.run(call)
            except Abandoned:
                raise
            except BaseException as error:  # it belongs to whoever awaits the call
                self.call_soon_threadsafe(_fail, future, error)
            else:
                self.call_soon_threadsafe(_finish, future, result)
            if ended is not None:
                self.call_soon_threadsafe(ended)

        self.virtual.start_strand(body)
        return await future


def _finish(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        if isinstance(error, StopIteration):  # a future cannot hold one
            error = RuntimeError("a thread's function raised StopIteration")
        future.set_exception(error)
