"""Strands where no stack can be suspended: each runs to its end at once, on the stack that waits.

Its time passes for it alone, while all others stand still; what it does to them reaches them when
their time has come to that. So it cannot wait for what they have yet to do.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import _base
from contextvars import Context
from typing import TYPE_CHECKING, Any

from recorder import alone
from recorder.bearer import Abandoned, active

if TYPE_CHECKING:
    from recorder.baton import Baton
    from recorder.clock import VirtualClock

# Their threads do nothing but take what is to be done from a queue: they can leave it at any time.
_POOLS = ("anyio._backends._asyncio", "concurrent.futures.thread", "aiosqlite.core")
_GIVEN = ("_target", "_args", "_kwargs")  # what a thread forgets when it has run

_on_stack: list[Strand] = []


class Strand(alone.Strand):
    """A thread that runs to its end when its turn comes.

    One of a pool ends when there is nothing to do, and begins again when there is.
    """

    def start(self, clock: VirtualClock, run: Callable[[], None]) -> None:
        """Have the thread run when its turn comes."""
        given = vars(self.thread)
        target = given.get("_target")
        body = getattr(target, "_func", target) or type(self.thread)
        self._is_of_pool = body.__module__ in _POOLS
        self._given = {name: given[name] for name in _GIVEN if name in given}
        self._queue: Any = None
        self._began = 0.0
        self._has_left = self._has_run = False
        super().start(clock, run)

    def open_gate(self) -> None:
        """Nothing: whoever waits runs it."""

    def wait_at_gate(self, baton: Baton) -> None:
        """Run those that have the baton, until it comes back."""
        while baton.current is not self and not baton.is_stopped():
            other: Any = baton.current
            other.take(baton)

    def finish(self, seconds: float | None) -> None:
        """Nothing: it is on no stack."""

    def abandon(self) -> None:
        """Forget it: it is on no stack."""
        self.ended = True

    def take(self, clock: VirtualClock) -> None:
        """Have the baton: run, or end when the moment has come at which it has run to its end."""
        if not self._has_run:
            moment = self._run_ahead(clock)
            self._has_run = not self._has_left
            if moment > clock.now:
                clock.call(self, moment)
            if moment > clock.now or self._has_left:
                return clock.pass_on()
        return clock.end(self)

    def _run_ahead(self, clock: VirtualClock) -> float:
        """Run; give the moment to which it has come."""
        vars(self.thread).update(self._given)
        self.appear()
        self._has_left, self._began = False, clock.now
        loop = alone.leave_loop()
        alone.running.append(self.ident)
        _on_stack.append(self)
        try:
            with clock.ahead() as own:
                Context().run(self._run)
                moment = own.now
                own.run_out()
                return moment
        finally:
            _on_stack.pop()
            alone.running.pop()
            alone.enter_loop(*loop)

    def leaves(self, items: Any, block: bool) -> bool:
        """Whether it stops here, where it asks a queue for what is to be done."""
        if self._is_of_pool and self._queue is None:
            self._queue = items  # it asks its own first
        if items is not self._queue:
            return False
        if active[-1].now > self._began:  # what is there may not be there yet
            self._has_left = True
        elif block and items.empty():
            self._has_left = True
            vars(items).setdefault("_left_by", []).append(self)
        return self._has_left


def _get(get: Callable[..., Any]) -> Callable[..., Any]:
    def got(items: Any, block: bool = True, timeout: float | None = None) -> Any:
        if _on_stack and _on_stack[-1].leaves(items, block):
            raise Abandoned
        return get(items, block, timeout)

    return got


def _put(put: Callable[..., None]) -> Callable[..., None]:
    def has_put(items: Any, *args: Any, **named: Any) -> None:
        put(items, *args, **named)
        left_by = vars(items).get("_left_by")
        if left_by and active and not active[-1].over:
            active[-1].begin(left_by.pop(0))

    return has_put


def leave_queues() -> None:
    """Have the threads of pools leave their queues, and come back."""
    for kind in (queue.Queue, queue._PySimpleQueue):  # type: ignore[attr-defined]
        kind.get, kind.put = _get(kind.get), _put(kind.put)  # type: ignore[method-assign]
    # A pool tells of all that ends one of its threads.
    _base.LOGGER.addFilter(lambda record: not _is_leaving(record.exc_info))


def _is_leaving(error: Any) -> bool:
    return bool(error) and isinstance(error[1], Abandoned)
