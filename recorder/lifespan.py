"""Starts and stops an app, as a server does round all requests."""

import asyncio
from contextlib import suppress
from inspect import isfunction
from typing import Any

from recorder import lines, where
from recorder.errors import AppError
from recorder.observe import Observer
from recorder.output import describe


class Lifespan:
    """The lifespan of one app. `state` is what the app hands to its requests."""

    def __init__(self, app: Any, observer: Observer) -> None:
        self.app = app
        self.state: dict[str, Any] = {}
        self._observer = observer
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._run: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the app, and wait until it is ready.

        Raises:
            AppError: it fails to start.
        """
        self._run = asyncio.ensure_future(self._live())
        answer = await self._ask("startup")
        if answer == "lifespan.startup.failed":
            error = self._run.exception() if self._run.done() else None
            place = (error and where.of_error(error)) or "the app"
            why = describe(error) if error else answer
            raise AppError(f"{place}: does not start: {why}") from error
        if answer and self._is_the_apps_own():
            self._observer.note("lifespan.started", line=self._line)

    async def stop(self) -> None:
        """Stop the app, and wait until it has ended."""
        if self._run is None or self._run.done():
            return
        answer = await self._ask("shutdown")
        if self._is_the_apps_own():
            failed = self._run.exception() if self._run.done() else None
            text = describe(failed) if failed else ""
            text = text or answer.partition("failed")[1]
            self._observer.note("lifespan.stopped", text=text, line=self._line)

    async def _live(self) -> None:
        scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        await self.app(scope, self._inbox.get, self._told.put)

    async def _ask(self, what: str) -> str:
        """Send a message; give the kind of the answer, "" if the app ended without one."""
        assert self._run is not None
        await self._inbox.put({"type": f"lifespan.{what}"})
        told = asyncio.ensure_future(self._told.get())
        await asyncio.wait([told, self._run], return_when=asyncio.FIRST_COMPLETED)
        if told.done():
            if told.result()["type"].endswith("failed"):
                await asyncio.wait([self._run], timeout=0)
            return str(told.result()["type"])
        told.cancel()
        with suppress(asyncio.CancelledError):
            self._run.exception()  # an app without a lifespan raises, which says just that
        return ""

    def _is_the_apps_own(self) -> bool:
        """Whether there is more to it than FastAPI's own, which does nothing."""
        if isfunction(self.app):  # nobody can tell, and mostly it passes the question on
            return False
        return type(self._context).__name__ != "_DefaultLifespan"

    @property
    def _context(self) -> Any:
        return getattr(getattr(self.app, "router", None), "lifespan_context", None)

    @property
    def _line(self) -> int:
        return lines.of_function(self._context)
