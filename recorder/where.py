"""Telling the reader's own lines from those of libraries, and naming them."""

import asyncio
import functools
import os
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from traceback import FrameSummary
from types import CodeType, FrameType, TracebackType
from typing import Any

import anyio

from recorder import stacks
from recorder.clock import VirtualClock
from recorder.strand import IN_BROWSER, Bearer, get_ident

_OURS = str(Path(__file__).parent) + os.sep
# Where a stack begins: below is who called `play`, or in the browser what another one was at.
_BOTTOMS = {
    (_OURS + file, function)
    for file, function in (
        ("player.py", "_play"),
        ("world.py", "world"),
        ("stacks.py", "run"),
        ("inline.py", "_run_ahead"),
    )
}
# In the browser all is in the archive, and to read where else it might be takes 20 ms.
_FOLDERS = () if IN_BROWSER else ("stdlib", "platstdlib", "purelib", "platlib")
_LIBRARIES = (
    _OURS,
    "<",  # frozen, or made at run time by a library
    str(Path(os.__file__).parent) + os.sep,  # in the browser, an archive
    str(Path(anyio.__file__).parent.parent) + os.sep,  # where packages are, whatever it is called
    *(sysconfig.get_path(name) + os.sep for name in _FOLDERS),
)


_delivered: list[str] = []  # archives of libraries that came later


def add_library(archive: str) -> None:
    """Take what comes out of an archive for a library's."""
    _delivered.append(archive + os.sep)


def is_user_code(code: CodeType | None) -> bool:
    """Whether `code` was written by the reader rather than by a library."""
    return code is not None and is_user_file(code.co_filename)


def is_user_file(filename: str) -> bool:
    """Whether a file belongs to the reader's app rather than to a library or to us."""
    return not filename.startswith((*_LIBRARIES, *_delivered))


def is_library_file(filename: str) -> bool:
    """Whether a file belongs to a library that has a place on disk, and not to us."""
    return not is_user_file(filename) and not filename.startswith((_OURS, "<"))


def is_half_way(code: CodeType) -> bool:
    """Whether nothing may come between: in the recorder's own code, and in Pyodide's.

    JavaScript calls that, as it makes an error into an exception, and cannot be suspended.
    """
    return code.co_filename.startswith(_OURS) or "/_pyodide/" in code.co_filename


def code_of(function: Any) -> CodeType | None:
    """The code of a function, a bound method, a partial or a callable object; None for the rest."""
    function = unwrapped(function)
    code = getattr(function, "__code__", None)
    if code is None:  # an object with a __call__
        code = getattr(getattr(type(function), "__call__", None), "__code__", None)  # noqa: B004
    return code if isinstance(code, CodeType) else None


def unwrapped(function: Any) -> Any:
    """The function inside partials, and inside what `asyncio.to_thread` makes of it."""
    while isinstance(function, functools.partial):
        inner = function.func
        if isinstance(getattr(inner, "__self__", None), Context):
            inner = function.args[0]  # asyncio.to_thread's
        elif callable(passed := function.keywords.get("function")):
            inner = passed  # FastAPI's, for an endpoint
        function = inner
    return function


def name_of(function: Callable[..., Any]) -> str:
    """What the recording calls a function."""
    function = unwrapped(function)
    return getattr(function, "__name__", None) or type(function).__name__


def place(filename: str, line: int | None) -> str:
    """`file:line`, the file relative to the current folder where that is shorter."""
    relative = os.path.relpath(filename)
    return f"{filename if relative.startswith('..') else relative}:{line or 1}"


def of_reader(frame: FrameType | None) -> Iterator[FrameType]:
    """The frames of the reader's code in a running stack, from the innermost one outwards."""
    while frame is not None and (frame.f_code.co_filename, frame.f_code.co_name) not in _BOTTOMS:
        if is_user_code(frame.f_code):
            yield frame
        frame = frame.f_back


def of_frame(frame: FrameType | None) -> str | None:
    """The innermost line of the reader's code in a running stack."""
    for found in of_reader(frame):
        return f"{place(found.f_code.co_filename, found.f_lineno)} in {found.f_code.co_name}"
    return None


def stack(frame: FrameType | None) -> tuple[FrameSummary, ...]:
    """The lines of the reader's code in a running stack, as a traceback shows them."""
    found = [
        FrameSummary(one.f_code.co_filename, one.f_lineno, one.f_code.co_name)
        for one in of_reader(frame)
    ]
    return tuple(reversed(found))


def here() -> str | None:
    """The innermost line of the reader's code in the stack of the caller."""
    return of_frame(sys._getframe(1))


def of_error(error: BaseException) -> str | None:
    """The innermost line of the reader's code in an exception's traceback."""
    found = None
    step: TracebackType | None = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if is_user_code(code):
            found = place(code.co_filename, step.tb_lineno)
        step = step.tb_next
    return found


def of_task(task: "asyncio.Task[Any]") -> str | None:
    """The innermost line of the reader's code that a suspended task waits at."""
    found = None
    awaited: Any = task.get_coro()
    while awaited is not None:
        frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "ag_frame", None)
        if frame is not None and is_user_code(frame.f_code):
            name = frame.f_code.co_name
            found = f"{place(frame.f_code.co_filename, frame.f_lineno)} in {name}"
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "ag_await", None)
    return found


def waiters(clock: VirtualClock, loop: asyncio.AbstractEventLoop | None = None) -> str:
    """Who waits for what, and where, for the message of a `Deadlock`."""
    tasks = asyncio.all_tasks(loop) if loop is not None else ()
    places = {place for task in tasks if (place := of_task(task))}
    names = {strand.ident: strand.name for strand in clock.strands.values()}
    for strand in clock.strands.values():
        place = of_thread(strand.ident)
        if place and strand.waits_for is not None:
            places.add(f"{strand.name} waits for {_what(strand, names)} at {place}")
    return "; ".join(sorted(places)) or "no line of the app is waiting"


def _what(strand: Bearer, names: dict[int, str]) -> str:
    what = strand.waits_for
    if isinstance(what, threading.Thread):
        return f"the end of {what.name}"
    owner = getattr(what, "owner", strand.ident)
    # A Condition, and what is made of it, waits for a lock that it has taken itself.
    return f"a lock held by {names.get(owner, '?')}" if owner != strand.ident else "a signal"


def frame_of(ident: int | None) -> FrameType | None:
    """What a thread is at, at least the innermost of the reader's; None if there is nothing."""
    if not IN_BROWSER:
        return sys._current_frames().get(ident or 0)
    return sys._getframe() if ident == get_ident() else stacks.frames.get(ident or 0)


def of_thread(ident: int | None) -> str | None:
    """The innermost line of the reader's code that a thread is at."""
    return of_frame(frame_of(ident))
