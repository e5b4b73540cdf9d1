"""Stories: who asks for what, and when."""

import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from recorder.errors import StoryError


@dataclass(frozen=True)
class Message:
    """A text that a WebSocket's client sends, at a virtual second."""

    text: str
    at: float = 0.0


@dataclass(frozen=True)
class Request:
    """One request of a story.

    `at` is the virtual second at which it is sent. `method` "WEBSOCKET" opens a WebSocket, whose
    client sends `messages`. `leaves` is the virtual second at which the client closes the
    connection. `worker` is the number of the worker process it is dealt to: each worker has the app
    to itself, as after `uvicorn --workers 2`. A `body` that is not a string is sent as JSON.
    """

    visitor: str
    path: str
    method: str = "GET"
    at: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = ""
    messages: tuple[Message, ...] = ()
    leaves: float | None = None
    worker: int = 0


@dataclass(frozen=True)
class Story:
    """The requests of one run. `budget` is in real seconds and stops an app that never ends."""

    requests: tuple[Request, ...]
    budget: float = 10.0

    @property
    def workers(self) -> int:
        """How many worker processes the story needs."""
        return 1 + max((request.worker for request in self.requests), default=0)


_KEYS = {item.name for item in fields(Request)}
_NUMBERS = ("at", "leaves")


def read_toml(path: Path) -> dict[str, Any]:
    """The content of a story file.

    Raises:
        StoryError: there is no such file, or it is not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise StoryError(f"{path}: no such story; write one, or give --request") from error
    except tomllib.TOMLDecodeError as error:
        raise StoryError(f"{path}: not valid TOML: {error}") from error


def load_story(path: Path, variant: str) -> Story:
    """The story of a variant: its own `[[<variant>.requests]]`, or else the file's `[[requests]]`.

    Raises:
        StoryError: the message names file, line and fix.
    """
    data = read_toml(path)
    own = data.get(variant, {})
    table, rows = "requests", data.get("requests")
    if isinstance(own, dict) and "requests" in own:
        table, rows = f"{variant}.requests", own["requests"]
    if not isinstance(rows, list) or not rows:
        raise StoryError(f"{path}:1: no requests for {variant!r}; add a [[requests]] table")
    requests = tuple(_request(row, path, table, number) for number, row in enumerate(rows))
    return Story(requests, budget=float(data.get("budget", Story.budget)))


def _request(row: Any, path: Path, table: str, number: int) -> Request:
    def wrong(key: str, why: str) -> StoryError:
        return StoryError(f"{path}:{_line_of(path, table, number, key)}: {why}")

    if not isinstance(row, dict):
        raise wrong("", f"a request must be a table, got {row!r}")
    for key in row:
        if key not in _KEYS:
            raise wrong(key, f"unknown key {key!r}; a request has {', '.join(sorted(_KEYS))}")
    for key in ("visitor", "path"):
        if not isinstance(row.get(key), str):
            raise wrong(key, f'the request needs a {key} = "…"')
    if not row["path"].startswith("/"):
        raise wrong("path", f"the path must begin with '/', got {row['path']!r}")
    for key in _NUMBERS:
        if key in row and (not isinstance(row[key], int | float) or row[key] < 0):
            raise wrong(key, f"{key} must be virtual seconds from 0 on, got {row[key]!r}")
    if not isinstance(row.get("worker", 0), int) or not 0 <= row.get("worker", 0) < 16:
        raise wrong("worker", f"worker must be a number from 0 to 15, got {row['worker']!r}")
    try:
        messages = tuple(Message(**message) for message in row.get("messages", ()))
    except TypeError as error:
        raise wrong("messages", f"a message has text and at: {error}") from error
    return Request(**{**row, "method": str(row.get("method", "GET")).upper(), "messages": messages})


def _line_of(path: Path, table: str, number: int, key: str) -> int:
    """The line of a key in the `number`-th table of that name, or else of the table itself."""
    seen, start = -1, 1
    for line_number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip() == f"[[{table}]]":
            seen += 1
            if seen == number:
                start = line_number
        elif seen == number and line.lstrip().startswith("["):
            break
        elif seen == number and key and re.match(rf"\s*{re.escape(key)}\s*=", line):
            return line_number
    return start
