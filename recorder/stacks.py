"""Strands that are suspended stacks, where the engine can do that.

WebAssembly's JavaScript Promise Integration suspends a stack until a promise is resolved, and runs
another one meanwhile. One stack runs at a time anyway, so it makes no difference to the baton.
Pyodide gives each a state of its own, with its context, its event loop and the errors it handles.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from contextvars import Context
from types import FrameType
from typing import TYPE_CHECKING, Any

from recorder import alone

if TYPE_CHECKING:
    from recorder.baton import Baton
    from recorder.clock import VirtualClock

page_loop: list[Any] = [None]  # the event loop of the page, for which Python waits for promises
# The reader's innermost frame of each stack that is suspended. What is below it cannot be walked:
# part of it lies in memory that the running stack uses.
frames: dict[int, FrameType | None] = {}
_switching = [False]


def are_possible() -> bool:
    """Whether the engine can suspend stacks."""
    if sys.platform != "emscripten":
        return False
    from js import WebAssembly  # type: ignore[import-not-found]

    return hasattr(WebAssembly, "Suspending")


def are_switching() -> bool:
    """Whether all stacks are suspended, so that Pyodide itself runs, on its way to the next one."""
    return _switching[-1]


def can_suspend() -> bool:
    """Whether the running stack can be suspended."""
    if sys.platform != "emscripten":
        return False
    from pyodide.ffi import can_run_sync  # type: ignore[import-not-found]

    return bool(can_run_sync())


def wait_for(promise: Callable[[], Any]) -> None:
    """Suspend the running stack until a promise of JavaScript's is resolved.

    It is made by `promise`, as Pyodide binds what a call gives to the event loop that runs.
    """
    from pyodide.ffi import run_sync

    from recorder import where  # which imports this

    running, ident, place = alone.running[-1], alone.get_ident(), alone.leave_loop()
    frames[ident] = next(where.of_reader(sys._getframe()), None)
    asyncio._set_running_loop(page_loop[-1])  # which sees the promise resolved
    try:
        _switching[-1] = True
        run_sync(promise())
    finally:
        _switching[-1] = False
        alone.running[-1] = running
        frames.pop(ident, None)  # a greenlet of the same thread may have been there too
        alone.enter_loop(*place)


class Gate:
    """Stops a stack until somebody opens the gate."""

    def __init__(self) -> None:
        self._open = False
        self._go_on: Callable[..., Any] | None = None

    def open(self) -> None:
        """Let the stack that waits go on, as soon as the running one suspends."""
        self._open = True
        go_on, self._go_on = self._go_on, None
        if go_on is not None:
            go_on()

    def wait(self) -> None:
        """Suspend the running stack until the gate is open; close it again."""
        if not self._open:
            from js import Promise

            promised = Promise.withResolvers()
            self._go_on = promised.resolve
            if not self._open:  # which may have happened while this stack took breath
                wait_for(lambda: promised.promise)
        self._open, self._go_on = False, None

    def opens_to(self, body: Callable[[], None]) -> None:
        """Begin a stack of its own with `body` when the gate is opened for the first time."""
        from pyodide.ffi import create_proxy

        def run() -> None:
            _switching[-1] = self._open = False
            asyncio._set_running_loop(None)
            try:
                body()
            finally:
                _switching[-1] = True

        proxy = create_proxy(run)

        def begin() -> None:
            proxy.callPromising()  # which keeps `run`
            proxy.destroy()

        self._go_on = begin


class Strand(alone.Strand):
    """A stack that is suspended until it has the baton."""

    def __init__(self, name: str, thread: threading.Thread | None = None) -> None:
        super().__init__(name, thread)
        self._gate, self._over = Gate(), Gate()

    def start(self, clock: VirtualClock, run: Callable[[], None]) -> None:
        """Have a stack begin with the thread when its turn comes."""

        def body() -> None:
            alone.running[-1] = self.ident
            try:
                if not self.abandoned:
                    Context().run(run)
            finally:
                clock.end(self)
                self._over.open()

        self._gate.opens_to(body)
        super().start(clock, run)

    def open_gate(self) -> None:
        """Let it go on, if it is waiting for its turn."""
        self._gate.open()

    def wait_at_gate(self, baton: Baton) -> None:
        """Suspend the running stack, which is the strand's own, until its turn comes."""
        self._gate.wait()

    def finish(self, seconds: float | None) -> None:
        """Wait for the end of one that was abandoned: it unwinds while this stack is suspended."""
        if self.thread is not None and not self.ended:
            self._over.wait()
