"""For which request code runs, and inside which task: contexts carry it, as they do in the app."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from starlette.background import BackgroundTask

from recorder import lines


@dataclass(eq=False)
class Visit:
    """One request on its way through the app: whose it is, and which tasks it was given."""

    visitor: str
    number: int
    tasks: list[BackgroundTask] = field(default_factory=list)
    started: set[int] = field(default_factory=set)
    noted: BaseException | None = None
    app: Any = None
    scope: dict[str, Any] = field(default_factory=dict)
    settled: int = 0

    @property
    def line(self) -> int:
        """The line of the endpoint, 0 for none. The app's router notes in the scope which it is.

        To ask the router would run what a route does to match. Where there is none, it is the app.
        """
        return self.settled or lines.of_function(self.scope.get("endpoint", self.app))

    def settle(self) -> None:
        """Let the scope go, which may hold what the app waits to lose."""
        self.settled = self.line
        self.app, self.scope = None, {}

    def knows(self, error: BaseException | None) -> bool:
        """Whether an error is, or comes from, what was noted as a task's failure."""
        while error is not None and error is not self.noted:
            error = error.__cause__ or error.__context__
        return error is not None


visit: ContextVar[Visit | None] = ContextVar("visit", default=None)
span: ContextVar[str] = ContextVar("span", default="")
