"""What can go wrong instead of a recording. What the app itself does wrong is an event."""

from __future__ import annotations

from traceback import FrameSummary
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recorder.timeline import Timeline


class RealTimeWarning(UserWarning):
    """The app waited in real time, which the recording knows nothing of; another run may differ."""


class RecorderError(Exception):
    """Base of all errors of the recorder; `exit_code` is what the command line exits with.

    `partial` is what was recorded before a run ended with it, if it had begun; `stack` the lines of
    the reader's that were running when something outside of the app ended it.
    """

    exit_code = 2
    partial: Timeline | None = None
    stack: tuple[FrameSummary, ...] = ()


class StoryError(RecorderError):
    """The story, or the command line that stands for one, cannot be understood."""


class AppError(RecorderError):
    """The file cannot be imported, or has no `app`."""

    exit_code = 3


class Deadlock(RecorderError):
    """Everything waits and no timer is set: in production this would hang for ever."""

    exit_code = 4


class CannotWait(Deadlock):
    """A thread waits for another one, in a browser in which it cannot."""


class BudgetSpent(RecorderError):
    """The app ran for more real seconds than the story allows, or said more than can be kept."""

    exit_code = 4


class Stopped(RecorderError):
    """The reader has stopped the run."""

    exit_code = 4


class NotInBrowser(OSError):
    """The app tried what a program in a browser cannot do; the message says what, to the reader."""
