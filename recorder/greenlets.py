"""The `greenlet` of an interpreter that cannot have the real one: a suspended stack of its own.

As much of it as SQLAlchemy's asyncio needs, which hands over between two of them for each query.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextvars import Context, copy_context
from types import TracebackType
from typing import Any, NamedTuple

from recorder import alone, stacks


class GreenletExit(BaseException):
    """Ends the greenlet that it is thrown into, and is no error in its parent."""


class _Given(NamedTuple):
    """What is handed over: a value or an error, and what the context holds by now."""

    value: Any
    error: BaseException | None
    context: Context


class greenlet:
    """A stack to which others hand over, by `switch` or `throw` and by nothing else.

    It is a part of the thread, the event loop's task and the context of whoever switches to it
    first. `parent` is who goes on when it ends.
    """

    parent: greenlet | None
    run: Callable[..., Any]

    def __init__(self, run: Callable[..., Any], parent: greenlet | None = None) -> None:
        self.run = run
        self.parent = parent or getcurrent()
        self.dead = False
        self._gate = stacks.Gate()
        self._has_begun = False
        self._given: _Given | None = None

    def __bool__(self) -> bool:
        return self._has_begun and not self.dead

    def switch(self, *args: Any, **named: Any) -> Any:
        """Hand over to this greenlet, and wait until somebody hands back.

        Returns:
            What is passed then, or what this one returns, if it ends.
        """
        if not self._has_begun and not self.dead:
            self._begin(args, named)
        return self._pass(args[0] if len(args) == 1 else args, None)

    def throw(
        self,
        kind: type[BaseException] | BaseException = GreenletExit,
        value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> Any:
        """Hand over to this greenlet, and raise an error where it waits; as `switch` else."""
        error = kind if isinstance(kind, BaseException) else value or kind()
        self.dead = self.dead or not self._has_begun
        return self._pass(None, error.with_traceback(traceback or error.__traceback__))

    def _pass(self, value: Any, error: BaseException | None) -> Any:
        me = getcurrent()
        self._give(value, error)
        me._gate.wait()
        return me._take()

    def _give(self, value: Any, error: BaseException | None) -> None:
        """Have this one go on, or if it has ended, its parent."""
        if self.dead and self.parent is not None:
            ended_well = isinstance(error, GreenletExit)
            self.parent._give(error if ended_well else value, None if ended_well else error)
            return
        self._given = _Given(value, error, copy_context())
        _of_thread.current = self
        self._gate.open()

    def _take(self) -> Any:
        given, self._given = self._given, None
        assert given is not None
        for name, value in given.context.items():
            if name.get(None) is not value:
                name.set(value)
        if given.error is not None:
            raise given.error
        return given.value

    def _begin(self, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        self._has_begun = True
        loop = alone.loop_at_hand()

        def body() -> None:
            value = error = None
            try:
                value = self.run(*args, **named)
            except BaseException as raised:
                error = raised
            self.dead = True
            self._give(value, error)

        def run() -> None:
            alone.enter_loop(*loop)
            assert self._given is not None
            self._given.context.run(body)
            alone.leave_loop()

        self._gate.opens_to(run)


class _Main(greenlet):
    """The stack of a thread itself, which ends with the thread."""

    def __init__(self) -> None:
        self.parent = self.run = None  # type: ignore[assignment]
        self.dead, self._has_begun, self._given = False, True, None
        self._gate = stacks.Gate()


_of_thread = threading.local()


def getcurrent() -> greenlet:
    """The greenlet that runs."""
    if not hasattr(_of_thread, "current"):
        _of_thread.current = _Main()
    found: greenlet = _of_thread.current
    return found


def stand_in() -> None:
    """Be what `import greenlet` gives, if there is no other."""
    sys.modules.setdefault("greenlet", sys.modules[__name__])
