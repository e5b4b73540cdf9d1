"""The visitors: each sends raw ASGI messages to the app and notes what comes back.

httpx's ASGITransport and Starlette's TestClient return only after the background tasks, so they
would hide what is to be seen here. What a visitor does is modelled on uvicorn.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote, unquote

from recorder import lines
from recorder.errors import RecorderError
from recorder.observe import Observer
from recorder.output import describe
from recorder.story import Request
from recorder.strand import Abandoned
from recorder.timeline import Response

Message = MutableMapping[str, Any]
ASGIApp = Callable[..., Awaitable[None]]

SHOWN_CHARACTERS = 200
_KEPT = "/:@!$&'()*+,;=-._~%[]"  # of a path or a query, as a client sends it
_TURNS = 3  # of the event loop, until uvicorn has accepted a connection and read what it brings


class ClientDisconnected(OSError):
    """What an app gets that sends to a client who has left; a server does not complain of it."""


async def until(moment: float) -> None:
    """Wait for a virtual second; not at all if it is past."""
    await asyncio.sleep(max(0.0, moment - asyncio.get_running_loop().time()))


async def network() -> None:
    """Let the event loop do what it does before it sees what a client has sent."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class Visitor(ABC):
    """One request of the story against the app."""

    def __init__(
        self,
        app: ASGIApp,
        request: Request,
        observer: Observer,
        workers: int = 1,
        state: dict[str, Any] | None = None,
    ) -> None:
        self._app = app
        self._request = request
        self._worker = f" (worker {request.worker + 1})" if workers > 1 else ""
        self._observer = observer
        self._state = state or {}
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._over = asyncio.Event()  # the response is complete, or the client has left
        self._departed = self._left = False  # the latter once the app can know of it
        self.answer: Response | None = None

    async def run(self) -> None:
        """Send the request at its virtual second and stay until the app is done with it."""
        request, observer = self._request, self._observer
        loop = asyncio.get_running_loop()
        await until(request.at)
        await network()
        with observer.visiting(request.visitor) as visit:
            what = f"{request.method} {request.path}{self._worker}"
            # A blocked loop lets nobody in: the client has sent it all the same.
            observer.note("request.sent", text=what, at=min(request.at, loop.time()))
            observer.note("request.received", text=what)
            post = asyncio.ensure_future(self._post())
            try:
                visit.app, visit.scope = self._app, self._scope()
                await self._app(visit.scope, self._receive, self._send)
            except (KeyboardInterrupt, GeneratorExit, Abandoned, RecorderError):
                raise  # ours, or the user's own Ctrl-C
            except ClientDisconnected:
                pass
            except BaseException as error:  # a server outlives all that an app raises
                if not visit.knows(error):
                    line = lines.of_error(error)
                    observer.note("request.failed", text=describe(error), line=line)
            finally:
                visit.settle()
                post.cancel()
            self._leave() if self._is_gone() else self._make_up()

    @abstractmethod
    def _scope(self) -> dict[str, Any]:
        """The ASGI scope."""

    @abstractmethod
    async def _receive(self) -> Message: ...

    @abstractmethod
    async def _send(self, message: Message) -> None: ...

    @abstractmethod
    def _make_up(self) -> None:
        """Answer as a server does for an app that has raised or returned without an answer."""

    async def _post(self) -> None:
        """What the client does by itself while it waits: it may leave."""
        if self._request.leaves is not None:
            await until(self._request.leaves)
            self._leave()

    def _leave(self) -> None:
        """Have the app learn that the client has left; later than it did, after a blocked loop."""
        if not self._departed:
            self._observer.note("client.disconnected", at=self._request.leaves)
            self._departed = True
            self._notice()

    def _notice(self) -> None:
        self._left = True
        self._over.set()
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": self._leaving_code()})

    def _leaving_code(self) -> int:
        """What a WebSocket's client says when it leaves: nothing, before there is a WebSocket."""
        return 1006 if self.answer is None else 1001

    def _is_gone(self) -> bool:
        """Whether the client has left, though the app may not know: what is sent now is lost."""
        leaves = self._request.leaves
        return leaves is not None and leaves < asyncio.get_running_loop().time()

    def _common_scope(self, kind: str, scheme: str, version: str) -> dict[str, Any]:
        path, _, query = self._request.path.partition("?")
        path, query = quote(path, safe=_KEPT), quote(query, safe=_KEPT + "?")
        headers = [("host", "testserver")]
        for name, values in self._request.headers.items():
            texts = [values] if isinstance(values, str) else values
            headers += [(name.lower(), text) for text in texts]
        given = {name for name, _ in headers[1:]}
        return {
            "type": kind,
            "asgi": {"version": "3.0", "spec_version": version},  # as uvicorn says of itself
            "http_version": "1.1",
            "scheme": scheme,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [
                (name.encode(), text.encode()) for name, text in headers["host" in given :]
            ],
            "client": ("testclient", 50000),
            "server": ("testserver", 80),
            "state": self._state.copy(),
        }

    def _begin(self, message: Message) -> Response:
        """Note the head of a response."""
        pairs = [[k.decode("latin-1"), v.decode("latin-1")] for k, v in message.get("headers", ())]
        self._observer.note("response.started", text=str(message["status"]))
        return Response(self._request.visitor, message["status"], pairs)

    def _fail(self) -> None:
        """Answer for an app that has given none."""
        self.answer = self._begin({"status": 500})
        self.answer.body = "Internal Server Error"
        self._over.set()
        self._observer.note("response.finished", text="500")
