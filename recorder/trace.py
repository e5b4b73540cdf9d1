"""Shows the reader where an error came from: their own lines, without ours."""

import linecache
import re
from collections.abc import Iterator
from pathlib import Path
from traceback import FrameSummary, StackSummary, TracebackException

from recorder import where
from recorder.errors import AppError, RecorderError


def remember(path: Path, source: str) -> None:
    """Have tracebacks show the lines of a file, and those of no earlier one of its name."""
    linecache.cache[str(path)] = (len(source), None, source.splitlines(keepends=True), str(path))


def readable(error: BaseException) -> str:
    """The traceback of an error, or of what led to it; empty if it has no line of the reader's."""
    if isinstance(error, RecorderError):
        if error.stack:
            frames = "".join(StackSummary.from_list(list(error.stack)).format())
            return f"Traceback (most recent call last):\n{frames}{type(error).__name__}: {error}\n"
        if not isinstance(error, AppError) or error.__cause__ is None:
            return ""
        error = error.__cause__
    told = TracebackException.from_exception(error)
    for one in _chain(told):
        one.stack[:] = _helpful(one.stack)
    return "".join(told.format())


def whole(error: BaseException) -> str:
    """The traceback of an error that is our own fault."""
    return "".join(TracebackException.from_exception(error).format())


def _chain(told: TracebackException | None) -> Iterator[TracebackException]:
    """An error, what it came from and what it holds; each is linked only once."""
    if told is not None:
        yield told
        for other in (told.__cause__, told.__context__, *(told.exceptions or ())):
            yield from _chain(other)


def _helpful(stack: StackSummary) -> list[FrameSummary]:
    """The reader's own frames, and the last one of a library's that they have called."""
    kept = [frame for frame in stack if where.is_user_file(frame.filename)]
    last = stack[-1] if stack else None
    if kept and last not in kept and last is not None and where.is_library_file(last.filename):
        kept.append(last)
    return kept


def line_of(error: BaseException, path: Path) -> int | None:
    """The line of a file that an error names, None if it names none."""
    for frame in reversed(getattr(error, "stack", ())):
        if frame.filename == str(path):
            return int(frame.lineno)
    named = re.search(rf"{re.escape(path.name)}:(\d+)", str(error))
    if named:
        return int(named[1])
    place = where.of_error(error)
    found = re.search(rf"{re.escape(path.name)}:(\d+)$", place or "")
    return int(found[1]) if found else None
