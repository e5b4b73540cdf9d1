"""Plays a FastAPI app on a virtual clock, records what happens, and draws it."""

from recorder.errors import AppError, BudgetSpent, Deadlock, RecorderError, StoryError
from recorder.play import play, play_file
from recorder.story import Message, Request, Story, load_story
from recorder.timeline import Event, Response, Timeline

__all__ = [
    "AppError",
    "BudgetSpent",
    "Deadlock",
    "Event",
    "Message",
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
