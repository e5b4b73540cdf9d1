"""What a generated app does: a tree of frozen values whose repr makes it again.

Seconds are virtual. A body is a tuple of steps; the same steps are done on the event loop or in a
thread, whichever the function that has them runs on.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Steps: TypeAlias = tuple["Step", ...]


@dataclass(frozen=True)
class Sleep:
    """Give way: `asyncio.sleep`, or `time.sleep` in a thread."""

    seconds: float


@dataclass(frozen=True)
class Block:
    """`time.sleep`, on the event loop as well."""

    seconds: float


@dataclass(frozen=True)
class Fail:
    """Raise a ValueError, or an HTTPException with status 418."""

    how: Literal["error", "http"] = "error"


@dataclass(frozen=True)
class Together:
    """Do several bodies at once and wait for them: coroutines, or a thread pool's calls."""

    bodies: tuple[Steps, ...]
    how: Literal["gather", "group", "wait", "first"] = "gather"


@dataclass(frozen=True)
class Thread:
    """Do a body in a thread, and wait for it; with "user", a thread that the app starts itself."""

    body: Steps
    how: Literal["to_thread", "threadpool", "executor", "user"] = "to_thread"


@dataclass(frozen=True)
class Spawn:
    """Start a body and don't wait for it: `create_task`, or a thread."""

    body: Steps


@dataclass(frozen=True)
class Timeout:
    """Give a body so many seconds: `asyncio.timeout`. A thread cannot be told to stop."""

    seconds: float
    body: Steps


@dataclass(frozen=True)
class Lock:
    """Do a body with one of the app's locks: an asyncio.Lock on the loop, else a thread's."""

    name: Literal["a", "b"]
    body: Steps


@dataclass(frozen=True)
class Put:
    """Put something into the app's queue: asyncio's on the loop, else a thread's."""


@dataclass(frozen=True)
class Get:
    """Take something from the app's queue, or give up."""

    timeout: float


Step: TypeAlias = Sleep | Block | Fail | Together | Thread | Spawn | Timeout | Lock | Put | Get


@dataclass(frozen=True)
class Task:
    """A background task, and the tasks that it adds at its end."""

    runs_in: Literal["loop", "thread"]
    body: Steps
    adds: tuple["Task", ...] = ()


@dataclass(frozen=True)
class Dependency:
    """A dependency. With `after`, it yields, and does that on its way out."""

    runs_in: Literal["loop", "thread"]
    before: Steps = ()
    after: Steps | None = None
    scope: Literal["function", "request"] = "request"
    needs: tuple["Dependency", ...] = ()
    tasks: tuple[Task, ...] = ()


@dataclass(frozen=True)
class Endpoint:
    """A path operation, or a WebSocket, which has `chunks` only.

    `chunks` are streamed, or sent over the WebSocket: each is what is done before it is sent.
    """

    runs_in: Literal["loop", "thread"] = "loop"
    body: Steps = ()
    dependencies: tuple[Dependency, ...] = ()
    tasks: tuple[Task, ...] = ()
    answer: Literal["value", "own", "stream", "stream in thread", "push", "echo"] = "value"
    chunks: tuple[Steps, ...] = ()

    @property
    def is_socket(self) -> bool:
        """Whether it is a WebSocket."""
        return self.answer in ("push", "echo")


@dataclass(frozen=True)
class Middleware:
    """A middleware: written in plain ASGI, or with BaseHTTPMiddleware."""

    how: Literal["plain", "base"]
    before: Steps = ()
    after: Steps = ()


@dataclass(frozen=True)
class App:
    """Endpoint 0 answers `/0/{visitor}`, and so on. The first middleware is the outermost."""

    endpoints: tuple[Endpoint, ...]
    middleware: tuple[Middleware, ...] = ()
