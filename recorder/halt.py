"""Ends a run from outside of the app: its budget is spent, or the reader stops it."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from recorder import where
from recorder.clock import VirtualClock
from recorder.errors import BudgetSpent, RecorderError
from recorder.strand import Abandoned

AGAIN_AFTER = 0.2  # real seconds, until an app that swallowed it is halted again


class Halt(KeyboardInterrupt):
    """Raised in the app's own line. Not an `Exception`, so that an app's handlers let it pass."""


def spent(budget: float, frame: FrameType | None, waiting: Callable[[], str] = str) -> BudgetSpent:
    """What is said of an app that is still running, at `frame`.

    `waiting` tells which lines wait, for the case that none of the reader's is running.
    """
    place = where.of_frame(frame) or waiting()
    guess = "is it an endless loop?" if place else "was it made before play() was called?"
    said = f"still running after {budget:g} real seconds; {guess}"
    error = BudgetSpent(f"{place or 'code of a library'}: {said}")
    error.stack = where.stack(frame)
    return error


def halt(clock: VirtualClock, why: RecorderError) -> NoReturn:
    """End the run, and what runs at this moment, which is the caller.

    Raises:
        Halt: in the main strand.
        Abandoned: in any other.
    """
    if clock.stopped is None:
        why.stack = why.stack or where.stack(sys._getframe(1))
        clock.stop(why)
    raise Halt if clock.here() is clock.main else Abandoned
