"""An event loop without sockets whose clock jumps to the next timer when nobody can run."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextvars import Context, copy_context
from typing import Any

from recorder.clock import Abandoned, VirtualClock
from recorder.errors import Deadlock

_sequence = itertools.count()

# asyncio.to_thread's own pool has min(32, cpu + 4) places, which depends on the machine.
DEFAULT_EXECUTOR_PLACES = 32


class _Task(asyncio.Task[Any]):
    """A task that hashes by age, so that sets of tasks are walked in the same order each run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._age = next(_sequence)
        super().__init__(*args, **kwargs)

    def __hash__(self) -> int:
        return self._age


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs callbacks as asyncio does, on virtual time.

    `wrap_task` sees every coroutine that becomes a task, and may put another round it;
    `observe_call` sees every function that is to run in a thread of the default executor.
    """

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self.virtual = clock
        self._clock_resolution = 1e-9
        self._selector = self
        self._places = asyncio.Semaphore(DEFAULT_EXECUTOR_PLACES)
        self.wrap_task: Callable[[Any], Any] = lambda coroutine: coroutine
        self.observe_call: Callable[..., Callable[[], Any]] = lambda func, call, place_free: call
        self.describe_waiters: Callable[[], str] = lambda: "nobody can run"

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
        scheduled: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        if not self.virtual.advance(scheduled[0].when() if scheduled else None):
            raise Deadlock(self.describe_waiters())
        return ()

    def _process_events(self, event_list: object) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    def create_task(  # type: ignore[override]
        self, coro: Coroutine[Any, Any, Any], *, context: Context | None = None, **options: Any
    ) -> asyncio.Task[Any]:
        """Like asyncio's, with a task that hashes by age."""
        options.pop("eager_start", None)
        return _Task(self.wrap_task(coro), loop=self, context=context, **options)

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run `func` in a strand. `executor` is ignored: there is one pool of 32 places."""
        call = self.observe_call(func, lambda: func(*args), not self._places.locked())
        return _Task(self._in_executor(call), loop=self)

    async def _in_executor(self, call: Callable[[], Any]) -> Any:
        async with self._places:
            return await self.in_strand(call)

    async def in_strand(self, call: Callable[[], Any]) -> Any:
        """Run `call` in a thread on the virtual clock and return what it returns."""
        future: asyncio.Future[Any] = self.create_future()
        context = copy_context()

        def body() -> None:
            try:
                result = context.run(call)
            except Abandoned:
                raise
            except BaseException as error:  # it belongs to whoever awaits the call
                self.call_soon_threadsafe(_settle, future.set_exception, future, error)
            else:
                self.call_soon_threadsafe(_settle, future.set_result, future, result)

        self.virtual.start_strand(body)
        return await future


def _settle(settle: Callable[[Any], None], future: asyncio.Future[Any], outcome: object) -> None:
    if not future.done():
        if isinstance(outcome, StopIteration):
            outcome = RuntimeError("a thread's function raised StopIteration")
        settle(outcome)
