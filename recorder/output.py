"""What an app prints and logs."""

import io
import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from recorder.patch import replaced

Say = Callable[[str, str], None]
Takes = Callable[[int], bool]
_ADDRESS = re.compile(r"(?<=cancel scope) [0-9a-f]+")  # anyio's, another one in each run


def describe(error: BaseException) -> str:
    """An exception as one line: its type and its message, and what a group of them holds."""
    message = _ADDRESS.sub("", " ".join(str(error).split()))
    line = f"{type(error).__name__}: {message}" if message else type(error).__name__
    if isinstance(error, BaseExceptionGroup):
        line += f": {'; '.join(describe(inner) for inner in error.exceptions)}"
    return line


class Printed(io.TextIOBase):
    """Stands in for stdout and stderr: calls `say("print", line)` for each line.

    `takes` is asked first whether so many characters are still wanted.
    """

    def __init__(self, say: Say, takes: Takes) -> None:
        self._say, self._takes = say, takes
        self._rest = ""
        self.text = ""
        self.muted = False

    def write(self, text: str) -> int:
        """Take what is printed."""
        if not self.muted and self._takes(len(text)):
            self.text += text
            *lines, self._rest = (self._rest + text).split("\n")
            for line in lines:
                self._say("print", line)
        return len(text)

    def end_line(self) -> None:
        """Say what was printed without a line's end."""
        rest, self._rest = self._rest, ""
        if rest:
            self._say("print", rest)


def _observed(say: Say, printed: Printed) -> Callable[[logging.Logger, logging.LogRecord], None]:
    call_handlers = logging.Logger.callHandlers

    # Not a handler of the root logger: the app's basicConfig does nothing where there is one.
    def observed(logger: logging.Logger, record: logging.LogRecord) -> None:
        try:
            text = f"{record.levelname} {record.getMessage()}"
        except Exception:  # wrong arguments: logging itself prints an error and goes on
            text = f"{record.levelname} {record.msg}"
        if logger.name == "asyncio":  # below are a task's number and its file, others in each run
            text = text.partition("\n")[0]
        if record.exc_info and record.exc_info[1]:
            text += f" ({describe(record.exc_info[1])})"
        say("log", text)
        before, printed.muted = printed.muted, True  # the app's own handlers write it to stderr
        try:
            call_handlers(logger, record)
        finally:
            printed.muted = before

    return observed


@contextmanager
def captured(say: Say, takes: Takes) -> Iterator[Printed]:
    """Call `say("print" or "log", line)` for each line that is printed or logged in the block.

    Logging is as the app sets it up; what it set up is gone after the block.
    """
    printed = Printed(say, takes)
    before = {logger: _settings(logger) for logger in _loggers()}
    logging.getLogger().handlers[:] = []  # as in a fresh process, else basicConfig does nothing
    logging.getLogger().setLevel(logging.WARNING)
    with (
        replaced(sys, stdout=printed, stderr=printed),
        replaced(logging.Logger, callHandlers=_observed(say, printed)),
    ):
        try:
            yield printed
        finally:
            for logger in _loggers():
                _restore(logger, before.get(logger, ([], logging.NOTSET, True, False)))


def _loggers() -> list[logging.Logger]:
    known = logging.Logger.manager.loggerDict.values()
    return [logging.getLogger(), *(one for one in known if isinstance(one, logging.Logger))]


def _settings(logger: logging.Logger) -> tuple[Any, ...]:
    return logger.handlers[:], logger.level, logger.propagate, logger.disabled


def _restore(logger: logging.Logger, settings: tuple[Any, ...]) -> None:
    handlers, level, propagate, disabled = settings
    for handler in logger.handlers:
        if handler not in handlers:
            handler.close()  # it may hold a file
    logger.handlers[:] = handlers
    logger.setLevel(level)
    logger.propagate, logger.disabled = propagate, disabled
