"""What strands share where the interpreter has one thread: in the browser.

Each strand has an identity of its own while it runs, by which Python tells threads apart.
"""

from __future__ import annotations

import _thread
import _threading_local
import asyncio
import itertools
import threading
from collections.abc import Callable
from contextvars import Context
from typing import TYPE_CHECKING, Any

from recorder.bearer import Bearer

if TYPE_CHECKING:
    from recorder.clock import VirtualClock

running = [0]  # the identity of the strand that runs; 0 is the one that plays
_new_ident = itertools.count(1_000).__next__
_real_ident = _thread.get_ident


def get_ident() -> int:
    """What `threading.get_ident` gives: each strand is a thread."""
    return running[-1] or _real_ident()


def tell_apart() -> None:
    """Have Python tell strands apart, and keep a thread's own data for each of them."""
    _thread.get_ident = threading.get_ident = get_ident
    threading.local = _threading_local.local  # type: ignore[assignment]


class Strand(Bearer):
    """A thread that Python believes to be started, and that begins at its first turn."""

    def start(self, clock: VirtualClock, run: Callable[[], None]) -> None:
        """Have the thread begin when its turn comes."""
        self.ident = _new_ident()
        self._run = run
        thread: Any = self.thread
        thread._started.set()
        thread._context = Context()
        thread.is_alive = lambda: not self.ended
        self.appear()
        clock.begin(self)

    def appear(self) -> None:
        """Be in the list of threads that are about to start."""
        threading._limbo[self.thread] = self.thread  # type: ignore[attr-defined]


def loop_at_hand() -> tuple[Any, Any]:
    """The event loop and the task that run here."""
    loop = asyncio._get_running_loop()
    return loop, asyncio.current_task(loop) if loop is not None else None


def leave_loop() -> tuple[Any, Any]:
    """Leave the event loop and the task that run here, which another strand must not see."""
    loop, task = loop_at_hand()
    if loop is not None and task is not None:
        asyncio.tasks._leave_task(loop, task)
    asyncio._set_running_loop(None)
    return loop, task


def enter_loop(loop: Any, task: Any) -> None:
    """Be in an event loop again."""
    asyncio._set_running_loop(loop)
    if task is not None and asyncio.current_task(loop) is None:
        asyncio.tasks._enter_task(loop, task)
