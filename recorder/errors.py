"""What can go wrong instead of a recording. What the app itself does wrong is an event."""


class RealTimeWarning(UserWarning):
    """The app waited in real time, which the recording knows nothing of; another run may differ."""


class RecorderError(Exception):
    """Base of all errors of the recorder; `exit_code` is what the command line exits with."""

    exit_code = 2


class StoryError(RecorderError):
    """The story, or the command line that stands for one, cannot be understood."""


class AppError(RecorderError):
    """The file cannot be imported, or has no `app`."""

    exit_code = 3


class Deadlock(RecorderError):
    """Everything waits and no timer is set: in production this would hang for ever."""

    exit_code = 4


class BudgetSpent(RecorderError):
    """The app ran for more real seconds than the story allows, for example in an endless loop."""

    exit_code = 4
