"""Builds the FastAPI app that a description describes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI, Request
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.conformance import description as d
from tests.conformance.functions import Builder
from tests.conformance.outcome import Log, Pause
from tests.conformance.steps import Actor


@contextmanager
def build(app: d.App, log: Log, pause: Pause) -> Iterator[ASGIApp]:
    """The app. All that its functions do they tell `log`, beginning with the visitor's name."""
    builder = Builder(Actor(log, pause))
    made = FastAPI()
    for number, endpoint in enumerate(app.endpoints):
        route = f"/{number}/{{who}}"
        if endpoint.is_socket:
            made.websocket(route)(builder.socket(endpoint))
        else:
            made.get(route, response_model=None)(builder.endpoint(endpoint))
    for number, middleware in reversed(list(enumerate(app.middleware))):
        kind: Any = _Plain if middleware.how == "plain" else _Base
        made.add_middleware(kind, actor=builder.actor, name=f"middleware{number}", does=middleware)
    yield _Door(made, builder.actor)


def path(endpoint: int, visitor: str) -> str:
    """The address at which a visitor asks for an endpoint."""
    return f"/{endpoint}/{visitor}"


def _visitor(scope: Scope) -> str:
    return str(scope["path"]).rpartition("/")[2]


class _Door:
    """Logs when a visitor is let in, and what the server gets to see of a failure."""

    def __init__(self, app: ASGIApp, actor: Actor) -> None:
        self._app, self._actor, self._log = app, actor, actor.log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        who = _visitor(scope)
        # Of all that waited for a blocked loop, who is first? A jittered run lets others go first.
        await self._actor.hand_over(f"{who} in")
        self._log(f"{who} in")
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            # Whether the client of a closed socket has already answered is chance.
            late = scope["type"] == "websocket" and isinstance(error, RuntimeError | OSError)
            self._log(f"{who} raises {'Closed' if late else type(error).__name__}")
            raise
        self._log(f"{who} out")


class _Plain:
    """A middleware in plain ASGI."""

    def __init__(self, app: ASGIApp, actor: Actor, name: str, does: d.Middleware) -> None:
        self._app, self._actor, self._name, self._does = app, actor, name, does

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        flow = f"{_visitor(scope)} {self._name}"
        await self._actor.act(f"{flow} before", self._does.before)
        try:
            await self._app(scope, receive, send)
        finally:
            await self._actor.act(f"{flow} after", self._does.after)


class _Base(BaseHTTPMiddleware):
    def __init__(self, app: ASGIApp, actor: Actor, name: str, does: d.Middleware) -> None:
        super().__init__(app)
        self._actor, self._name, self._does = actor, name, does

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        flow = f"{_visitor(request.scope)} {self._name}"
        await self._actor.act(f"{flow} before", self._does.before)
        response = await call_next(request)
        await self._actor.act(f"{flow} after", self._does.after)
        return response
