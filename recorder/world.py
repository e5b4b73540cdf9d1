"""Everything that stands in place of the real thing while an app is played."""

import asyncio
import contextlib
import contextvars
import gc
from collections.abc import Iterator
from typing import Any

from recorder import hooks, pulse, stacks, threads, timekeeping, where
from recorder.clock import VirtualClock, active
from recorder.errors import RecorderError, StoryError
from recorder.halt import Halt
from recorder.limit import Limit
from recorder.loop import VirtualLoop, new_event_loop
from recorder.observe import Observer
from recorder.output import captured
from recorder.patch import Everywhere
from recorder.sqlite import follow_the_clock
from recorder.strand import IN_BROWSER, Abandoned
from recorder.timeline import Timeline, in_order
from recorder.visit import Visitor
from recorder.watchdog import Watchdog

# How often a cancelled task may catch its cancellation and await again before it is closed.
_ROUNDS = 20

_everywhere = Everywhere(
    {**timekeeping.INSTEAD, **threads.INSTEAD, asyncio.new_event_loop: new_event_loop}
)


class World:
    """The loop, the clock and the observer of one run."""

    def __init__(self, limit: Limit) -> None:
        self.clock = VirtualClock()
        self.loop = VirtualLoop(self.clock)
        self.observer = Observer(self.clock, limit)
        self.visitors: list[Visitor] = []
        self.partial: Timeline | None = None  # what there was when an error ended the run
        self.clock.explain = lambda: where.waiters(self.clock, self.loop)

    def timeline(self) -> Timeline:
        """What has been recorded up to now."""
        self.observer.printed.end_line()
        return Timeline(
            in_order(self.observer.events()),
            [visitor.answer for visitor in self.visitors if visitor.answer],
            self.observer.printed.text,
        )


@contextlib.contextmanager
def world(budget: float, limit: Limit | None = None) -> Iterator[World]:
    """Virtual time, threads on it, and an observer; at its end, an end to all that is alive.

    Raises:
        StoryError: it is called from inside a running event loop.
        Deadlock: everybody waits and no timer is set.
        BudgetSpent: the block ran for more than `budget` real seconds, or recorded more than the
            limit.
        Stopped: the reader did not want to wait for its end.
    """
    outer = asyncio._get_running_loop()  # in the browser, the page's own
    if outer is not None and not IN_BROWSER:
        raise StoryError("an event loop is running already; play in a thread of its own")
    stacks.page_loop[-1] = outer
    asyncio._set_running_loop(None)
    follow_the_clock()
    made = World(limit or Limit())
    active.append(made.clock)
    try:
        with _no_garbage(), _watched(budget, made.clock), _everywhere.replaced(), _installed(made):
            yield made
    except BaseException as error:
        ended = error if isinstance(error, RecorderError) else made.clock.stopped or error
        vars(ended)["partial"] = made.partial
        if ended is error:
            raise
        raise ended from error
    finally:
        active.remove(made.clock)
        asyncio._set_running_loop(outer)
        asyncio.set_event_loop(outer)  # without one, Pyodide makes another, and says that it runs


def _watched(budget: float, clock: VirtualClock) -> contextlib.AbstractContextManager[Any]:
    """What halts an app that does not give way."""
    if pulse.given:
        return pulse.Heart(pulse.given[-1], budget, clock)
    return contextlib.nullcontext() if IN_BROWSER else Watchdog(budget, clock)


@contextlib.contextmanager
def _installed(made: World) -> Iterator[None]:
    observer = made.observer
    asyncio.set_event_loop(made.loop)
    try:
        with (
            threads.installed(),
            timekeeping.installed(),
            hooks.installed(observer),
            captured(observer.said, observer.takes) as observer.printed,
        ):
            try:
                yield
            except BaseException:
                made.partial = made.timeline()
                raise
            finally:
                _clean_up(made)
    finally:
        made.loop.close()
        asyncio.set_event_loop(None)


@contextlib.contextmanager
def _no_garbage() -> Iterator[None]:
    """Garbage is collected when memory fills up, which is another moment in each run.

    And what ends a run may come at any line, so in what somebody's garbage calls, where it is lost.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _clean_up(made: World) -> None:
    """End all that is alive. A halt on the way ends what it meets, and the cleaning goes on.

    Raises:
        Halt: there was one.
    """
    made.observer.over = True  # what cleans up is no part of the run
    halted = None
    for _ in range(_ROUNDS):
        try:
            made.clock.abandon_strands()
            _close(made.loop)
            break
        except Halt as error:
            halted = error
    if halted is not None:
        raise halted


def _close(loop: VirtualLoop) -> None:
    for _ in range(_ROUNDS):
        left = asyncio.all_tasks(loop)
        if not left:
            break
        for task in left:
            task.cancel()
            task._log_destroy_pending = False  # type: ignore[attr-defined]
        with contextlib.suppress(Exception, SystemExit, Abandoned):
            loop.run_until_complete(asyncio.sleep(0))
    for task in asyncio.all_tasks(loop):  # it is not to wake when it is collected, in another run
        with contextlib.suppress(Exception, SystemExit, Abandoned):
            contextvars.copy_context().run(task.get_coro().close)
    with contextlib.suppress(Exception, SystemExit, Abandoned):
        loop.run_until_complete(loop.shutdown_asyncgens())
