"""Plays a FastAPI app on a virtual clock, records what happens, and draws it."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recorder.errors import (
        AppError,
        BudgetSpent,
        Deadlock,
        RealTimeWarning,
        RecorderError,
        StoryError,
    )
    from recorder.player import play, play_file
    from recorder.story import File, Message, Request, Story, load_story
    from recorder.timeline import Event, Response, Timeline

if sys.platform == "emscripten":  # before anything that keeps data for each thread
    import recorder.strand  # noqa: F401

__all__ = [
    "AppError",
    "BudgetSpent",
    "Deadlock",
    "Event",
    "File",
    "Message",
    "RealTimeWarning",
    "RecorderError",
    "Request",
    "Response",
    "Story",
    "StoryError",
    "Timeline",
    "load_story",
    "play",
    "play_file",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is used: who only draws a recording needs no FastAPI."""
    if name in __all__:
        for module in ("errors", "timeline", "story", "player"):
            found = getattr(import_module(f"recorder.{module}"), name, None)
            if found is not None:
                return found
    raise AttributeError(f"module 'recorder' has no attribute {name!r}")
