"""Threads for an interpreter that has none: in the browser, each gets a suspended stack of its own.

WebAssembly's JavaScript Promise Integration suspends a stack until a promise is resolved, and runs
another one meanwhile. One stack runs at a time anyway, so it makes no difference to the baton.
"""

import _thread
import _threading_local
import asyncio
import ctypes
import itertools
import sys
import threading
from collections.abc import Callable, Iterator
from contextvars import Context
from types import FrameType
from typing import Any

new_ident = itertools.count(1_000).__next__
page_loop: list[Any] = [None]  # the event loop of the page, for which Python waits for promises
_state: tuple[Any, int, int, int]
# The reader's innermost frame of each stack that is suspended. What is below it cannot be walked:
# part of it lies in memory that the running stack uses.
frames: dict[int, FrameType | None] = {}
_running = [0]  # the identity of the stack that runs; 0 is the one that plays


def get_ident() -> int:
    """What `threading.get_ident` gives during a run: each stack is a thread."""
    return _running[-1] or _real_ident()


_real_ident = _thread.get_ident


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

    def opens_to(self, ident: int, body: Callable[[], None]) -> None:
        """Begin a stack of its own with `body` when the gate is opened for the first time."""
        from pyodide.ffi import create_proxy  # type: ignore[import-not-found]

        no_error = (ctypes.c_uint32 * 2)(0, 0)  # the end of the stack's chain
        own_end = _state[3]

        def run() -> None:
            self._open = False
            _running[-1] = ident
            asyncio._set_running_loop(None)
            _enter(0, ctypes.addressof(no_error))
            try:
                Context().run(body)
            finally:
                _enter(0, own_end)

        self._go_on = create_proxy(run).callPromising

    def wait(self) -> None:
        """Suspend the running stack until the gate is open; close it again."""
        if not self._open:
            self._suspend()
        self._open = False

    def _suspend(self) -> None:
        from js import Promise  # type: ignore[import-not-found]

        promised = Promise.withResolvers()
        self._go_on = promised.resolve
        wait_for(lambda: promised.promise)


def can_suspend() -> bool:
    """Whether the running stack can be suspended here."""
    if sys.platform != "emscripten":
        return False
    from pyodide.ffi import can_run_sync

    return bool(can_run_sync())


def wait_for(promise: Callable[[], Any]) -> None:
    """Suspend the running stack until a promise of JavaScript's is resolved.

    It is made by `promise`, as Pyodide binds what a call gives to the event loop that runs.
    """
    from pyodide.ffi import run_sync

    from recorder import where  # which imports this

    me, entered, left = _running[-1], _entered(), _leave_loop()
    frames[get_ident()] = next(where.of_reader(sys._getframe()), None)
    asyncio._set_running_loop(page_loop[-1])  # which sees the promise resolved
    try:
        run_sync(promise())
    finally:
        _running[-1] = me
        del frames[get_ident()]
        _enter(*entered)
        _come_back(*left)


def _thread_state() -> tuple[Any, int, int, int]:
    """The words of the interpreter's state of its one thread, and which of them we look after.

    The last is the end of its own chain of errors.

    Python keeps there which context is entered, and which error is being handled: the latter in a
    chain through the generators that run. Pyodide does not change them with the stack; an error's
    chain that led into another stack would soon lead into nothing.
    """
    get = ctypes.pythonapi.PyThreadState_Get
    get.restype = ctypes.c_void_p
    words = (ctypes.c_uint32 * 200).from_address(get())
    context = Context()
    place = context.run(lambda: list(words).index(id(context)))

    def inside() -> Iterator[list[int]]:
        yield list(words)

    generator = inside()
    outer, inner = list(words), next(generator)
    state, size = get(), ctypes.sizeof(words)
    (errors,) = (
        n
        for n in range(len(words))
        if state <= outer[n] < state + size and 0 < inner[n] - id(generator) < 200
    )
    return words, place, errors, outer[errors]


def _entered() -> tuple[int, int]:
    """The addresses of this stack's context, and of the error that it handles."""
    words, context, errors, _ = _state
    return int(words[context]), int(words[errors])


def _enter(context: int, error: int) -> None:
    """Be where `_entered` was; the number behind a context says that cached values are void."""
    words, context_place, errors, _ = _state
    words[context_place], words[errors] = context, error
    words[context_place + 2] += 1


def _leave_loop() -> tuple[Any, Any]:
    """Leave the event loop that runs on this stack, which another one must not see."""
    loop = asyncio._get_running_loop()
    task = asyncio.current_task(loop) if loop is not None else None
    if loop is not None and task is not None:
        asyncio.tasks._leave_task(loop, task)
    asyncio._set_running_loop(None)
    return loop, task


def _come_back(loop: Any, task: Any) -> None:
    """Be in the event loop again that this stack was in."""
    asyncio._set_running_loop(loop)
    if task is not None and asyncio.current_task(loop) is None:
        asyncio.tasks._enter_task(loop, task)


if sys.platform == "emscripten":  # before anybody imports what else keeps a thread's own data
    _state = _thread_state()  # here, where no generator runs
    _thread.get_ident = threading.get_ident = get_ident
    threading.local = _threading_local.local  # type: ignore[misc]
