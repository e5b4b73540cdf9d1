"""Which line of the reader's file something belongs to, counted from 1; 0 for none."""

import linecache
import re
import sys
from types import AsyncGeneratorType, FrameType, GeneratorType
from typing import Any

from starlette.responses import StreamingResponse

from recorder import where

_WRAPPERS = 20  # a function may say that it wraps itself


def here() -> int:
    """The line that the innermost frame of the reader's is at."""
    return next((frame.f_lineno for frame in where.of_reader(sys._getframe(1))), 0)


def of_function(function: Any) -> int:
    """The `def` line of a function of the reader's, or of the one that a decorator has wrapped."""
    line = 0
    for _ in range(_WRAPPERS):
        function = where.unwrapped(function)
        if where.is_user_code(code := where.code_of(function)):
            line = of_code(code)
        if not hasattr(function, "__wrapped__"):
            break
        function = function.__wrapped__
    return line


def of_code(code: Any) -> int:
    """The `def` line of code of the reader's: its decorators, which Python counts to it, aside."""
    first = int(code.co_firstlineno)
    text = linecache.getlines(code.co_filename)[first - 1 :]
    define = re.compile(rf"\s*(async\s+)?def\s+{re.escape(code.co_name)}\b")
    return next((first + n for n, line in enumerate(text) if define.match(line)), first)


def of_error(error: BaseException) -> int:
    """The innermost line of the reader's in an exception's traceback."""
    place = where.of_error(error)
    return int(place.rpartition(":")[2]) if place else 0


def of_stream() -> int:
    """The line of the `yield` whose value a response's body is being sent."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        is_librarys = not where.is_user_code(frame.f_code)  # to look into another one is felt there
        response = frame.f_locals.get("self") if is_librarys else None
        if isinstance(response, StreamingResponse):
            return _of_generator(response.body_iterator)
        frame = frame.f_back
    return 0


def _of_generator(generator: Any, depth: int = 0) -> int:
    """The line at which a generator stands; libraries hold the reader's in a variable of theirs."""
    frame: FrameType | None = None
    if isinstance(generator, AsyncGeneratorType):
        frame = generator.ag_frame
    elif isinstance(generator, GeneratorType):
        frame = generator.gi_frame
    if frame is None or depth == _WRAPPERS:
        return 0
    if where.is_user_code(frame.f_code):
        return frame.f_lineno
    held = frame.f_locals.values()
    return next((line for one in held if (line := _of_generator(one, depth + 1))), 0)


def of_yield(manager: Any) -> int:
    """The line of the `yield` at which a context manager stands; FastAPI wraps the reader's."""
    while (generator := getattr(manager, "gen", None)) is not None:
        frame = getattr(generator, "ag_frame", None) or getattr(generator, "gi_frame", None)
        if frame is None:
            return 0
        if where.is_user_code(frame.f_code):
            return int(frame.f_lineno)
        manager = frame.f_locals.get("cm")
    return 0
