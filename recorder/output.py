"""What an app prints and logs."""

import io
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from recorder.patch import replaced

Say = Callable[[str, str], None]


def describe(error: BaseException) -> str:
    """An exception as one line: its type and its message."""
    message = str(error)
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


class _Log(logging.Handler):
    def __init__(self, say: Say) -> None:
        super().__init__()
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.levelname} {record.getMessage()}"
        if record.exc_info and record.exc_info[1]:
            text += f" ({describe(record.exc_info[1])})"
        self._say("log", text)


class _Stdout(io.TextIOBase):
    def __init__(self, say: Say, printed: io.StringIO) -> None:
        self._say = say
        self._printed = printed
        self.rest = ""

    def write(self, text: str) -> int:
        self._printed.write(text)
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            self._say("print", line)
        return len(text)


@contextmanager
def captured(say: Say, printed: io.StringIO) -> Iterator[None]:
    """Call `say("print" or "log", line)` for each line that is printed or logged in the block.

    Logging keeps the levels that the app sets; a `basicConfig` of its own ends with the block.
    """
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.addHandler(_Log(say))
    stdout = _Stdout(say, printed)
    try:
        with replaced(sys, stdout=stdout):
            yield
            if stdout.rest:
                say("print", stdout.rest)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
