"""Stories: who asks for what, and when."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from recorder.errors import StoryError
from recorder.toml import read_toml

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True)
class Message:
    """A text that a WebSocket's client sends, at a virtual second."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    text: str
    at: Seconds = 0.0


@dataclass(frozen=True)
class File:
    """A file that is uploaded in the field `field` of a multipart form."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    field: str
    name: str
    text: str = ""
    type: str = "text/plain"


@dataclass(frozen=True)
class Request:
    """One request of a story.

    `at` is the virtual second at which it is sent. `method` "WEBSOCKET" opens a WebSocket, whose
    client sends `messages`. `leaves` is the virtual second at which the client closes the
    connection. `worker` is the number of the worker process it is dealt to: each worker has the app
    to itself, as after `uvicorn --workers 2`. A `body` that is not a string is sent as JSON; in its
    place, `form` is sent as a form, and with `files` as a multipart one.
    """

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    visitor: Annotated[str, Field(min_length=1)]
    path: Annotated[str, Field(pattern="^/")]
    method: Annotated[str, Field(pattern="^[A-Za-z]+$"), AfterValidator(str.upper)] = "GET"
    at: Seconds = 0.0
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)
    body: Any = ""
    messages: tuple[Message, ...] = ()
    leaves: Seconds | None = None
    worker: Annotated[int, Field(ge=0, lt=16)] = 0
    form: dict[str, str] = field(default_factory=dict)
    files: tuple[File, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.leaves is not None and self.leaves < self.at:
            raise ValueError(f"leaves at {self.leaves:g}, before it is sent at {self.at:g}")
        if self.body and (self.form or self.files):
            raise ValueError("has a body and a form; it can send only one of them")


@dataclass(frozen=True)
class Story:
    """The requests of one run. `budget` is in real seconds and stops an app that never ends."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    requests: tuple[Request, ...]
    budget: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 10.0

    @property
    def workers(self) -> int:
        """How many worker processes the story needs."""
        return 1 + max((request.worker for request in self.requests), default=0)


Place = tuple[int | str, ...]  # ("requests", its number, its key, …) or (a key,)
_story = TypeAdapter(Story)


def story_of(data: object, place: Callable[[Place], str] = lambda loc: "") -> Story:
    """The story that plain data tells, as TOML and JSON have it.

    `place` names where something wrong stands, as the beginning of the message.

    Raises:
        StoryError: something is missing, unknown or wrong; the message names the key.
    """
    try:
        return _story.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise StoryError(place(first["loc"]) + _explain(first)) from error


def load_story(path: Path, variant: str) -> Story:
    """The story of a variant: its own `requests`, or else the file's.

    Raises:
        StoryError: the message names file, line and fix.
    """
    data = read_toml(path)
    own = data.get(variant, {})
    has_own = isinstance(own, dict) and "requests" in own
    rows = own["requests"] if has_own else data.get("requests")
    if not isinstance(rows, list) or not rows:
        raise StoryError(f"{path}:1: no requests for {variant!r}; add a [[requests]] table")

    def place(loc: Place) -> str:
        lines = path.read_text("utf-8").splitlines()
        return f"{path}:{_line_of(lines, variant if has_own else '', loc)}: "

    told = {"requests": rows} | {key: data[key] for key in ("budget",) if key in data}
    return story_of(told, place)


def _explain(error: ErrorDetails) -> str:
    loc = error["loc"] or ("story",)
    if error["type"] == "unexpected_keyword_argument":
        rows = {"messages": Message, "files": File, "requests": Request}
        known = next((rows[part] for part in reversed(loc) if part in rows), Story)
        listed = ", ".join(item.name for item in fields(known))
        return f"unknown key {str(loc[-1])!r}; there are: {listed}"
    what = ".".join(str(part) for part in loc[2:] or loc)
    return f"{what}: {error['msg']}, got {error['input']!r:.80}"


def _line_of(lines: list[str], variant: str, loc: Place) -> int:
    """The line of what is wrong."""

    def key_after(start: int, key: int | str) -> int:
        for n, line in enumerate(lines[start:], start + 1):
            if re.match(rf"\s*{re.escape(str(key))}\s*=", line):
                return n
            if n > start + 1 and line.lstrip().startswith("["):
                break
        return start + 1

    if len(loc) == 1:
        return key_after(0, loc[0])
    number = int(loc[1])
    table = rf"\s*\[\[\s*{variant + '.' if variant else ''}requests\s*\]\]"
    starts = [n for n, line in enumerate(lines) if re.match(table, line)]
    if starts:
        return key_after(starts[number], loc[2] if len(loc) > 2 else "")
    # requests = [{ … }, { … }]
    first = next((n for n, line in enumerate(lines) if line.strip() == f"[{variant}]"), 0)
    rows = [n for n, line in enumerate(lines) if n >= first and "visitor" in line]
    return (rows[min(number, len(rows) - 1)] if rows else first) + 1
