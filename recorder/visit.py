"""The visitors: each sends raw ASGI messages to the app and notes what comes back.

httpx's ASGITransport and Starlette's TestClient return only after the background tasks, so they
would hide what is to be seen here.
"""

import asyncio
import codecs
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote, unquote

from recorder.body import encoded_body
from recorder.errors import RecorderError
from recorder.observe import Observer
from recorder.output import describe
from recorder.story import Request
from recorder.strand import Abandoned
from recorder.timeline import Response

Message = MutableMapping[str, Any]
ASGIApp = Callable[..., Awaitable[None]]

_SHOWN_CHARACTERS = 200
_KEPT = "/:@!$&'()*+,;=-._~%[]"  # of a path or a query, as a client sends it


class Visitor:
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
        self._left = False
        self._chunked = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.answer: Response | None = None

    async def run(self) -> None:
        """Send the request at its virtual second and stay until the app is done with it."""
        request, observer = self._request, self._observer
        socket = request.method == "WEBSOCKET"
        await asyncio.sleep(max(0.0, request.at - asyncio.get_running_loop().time()))
        with observer.visiting(request.visitor) as visit:
            what = f"{request.method} {request.path}{self._worker}"
            # A blocked loop lets nobody in: the client has sent it all the same.
            now = asyncio.get_running_loop().time()
            observer.note("request.sent", text=what, at=min(request.at, now))
            observer.note("request.received", text=what)
            post = asyncio.ensure_future(self._post())
            try:
                await self._app(
                    self._socket_scope() if socket else self._http_scope(),
                    self._receive_socket if socket else self._receive_http,
                    self._send_socket if socket else self._send_http,
                )
            except (KeyboardInterrupt, GeneratorExit, Abandoned, RecorderError):
                raise  # ours, or the user's own Ctrl-C
            except BaseException as error:  # a server outlives all that an app raises
                if not visit.knows(error):
                    observer.note("request.failed", text=describe(error))
            finally:
                post.cancel()
            await self._make_up(socket)

    async def _make_up(self, socket: bool) -> None:
        """Answer as a server does for an app that has raised or returned without an answer."""
        if self._over.is_set():
            return
        if socket:
            await self._send_socket({"type": "websocket.close", "code": 1006})
        elif self.answer is None:
            start = {"type": "http.response.start", "status": 500, "headers": []}
            await self._send_http(start)
            await self._send_http({"type": "http.response.body", "body": b"Internal Server Error"})

    async def _post(self) -> None:
        """What the client does by itself while it waits: it sends messages, and it may leave."""
        request = self._request
        for message in request.messages:
            await asyncio.sleep(max(0.0, message.at - asyncio.get_running_loop().time()))
            await self._inbox.put({"type": "websocket.receive", "text": message.text})
        if request.leaves is not None:
            await asyncio.sleep(max(0.0, request.leaves - asyncio.get_running_loop().time()))
            self._observer.note("client.disconnected")
            self._left = True
            self._over.set()
            await self._inbox.put({"type": "websocket.disconnect", "code": 1001})

    # -- HTTP -------------------------------------------------------------------------------------

    def _scope(self, scheme: str) -> dict[str, Any]:
        path, _, query = self._request.path.partition("?")
        path, query = quote(path, safe=_KEPT), quote(query, safe=_KEPT + "?")
        headers = {"host": "testserver", **self._request.headers}
        return {
            "asgi": {"version": "3.0", "spec_version": "2.3"},  # as uvicorn says of itself
            "http_version": "1.1",
            "scheme": scheme,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
            "client": ("testclient", 50000),
            "server": ("testserver", 80),
            "state": self._state.copy(),
        }

    def _http_scope(self) -> dict[str, Any]:
        scope = self._scope("http") | {"type": "http", "method": self._request.method}
        body, kind = encoded_body(self._request)
        if body and "content-type" not in {name for name, _ in scope["headers"]}:
            scope["headers"].append((b"content-type", kind.encode()))
        scope["headers"].append((b"content-length", str(len(body)).encode()))
        self._inbox.put_nowait({"type": "http.request", "body": body, "more_body": False})
        return scope

    async def _receive_http(self) -> Message:
        # As uvicorn: once the response is complete, a body that nobody has read is gone.
        if not self._over.is_set() and not self._inbox.empty():
            return self._inbox.get_nowait()
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def _send_http(self, message: Message) -> None:
        if self._left:
            return  # as uvicorn: what is sent to a client that has left goes nowhere
        note, kind = self._observer.note, message["type"]
        begins = kind == "http.response.start"
        if self._over.is_set() or begins == (self.answer is not None):
            raise RuntimeError(f"Unexpected ASGI message {kind!r} sent")
        if begins:
            pairs = [
                [k.decode("latin-1"), v.decode("latin-1")] for k, v in message.get("headers", ())
            ]
            self.answer = Response(self._request.visitor, message["status"], pairs)
            note("response.started", text=str(message["status"]))
        elif self.answer is not None:
            last = not message.get("more_body")
            body = b"" if self._request.method == "HEAD" else message.get("body", b"")
            text = self._decoder.decode(body, last)
            self.answer.body += text
            self._chunked = self._chunked or not last
            if text and self._chunked:
                note("response.chunk", text=text.strip()[:_SHOWN_CHARACTERS])
            if last:
                self._over.set()
                note("response.finished", text=str(self.answer.status))

    # -- WebSocket --------------------------------------------------------------------------------

    def _socket_scope(self) -> dict[str, Any]:
        self._inbox.put_nowait({"type": "websocket.connect"})
        return self._scope("ws") | {"type": "websocket", "subprotocols": []}

    async def _receive_socket(self) -> Message:
        message = await self._inbox.get()
        if message["type"] == "websocket.receive":
            self._observer.note("websocket.received", text=message["text"][:_SHOWN_CHARACTERS])
        return message

    async def _send_socket(self, message: Message) -> None:
        if self._over.is_set():
            return
        note = self._observer.note
        if message["type"] == "websocket.accept":
            self.answer = Response(self._request.visitor, 101)
            note("websocket.accepted")
        elif message["type"] == "websocket.send" and self.answer is not None:
            text = message.get("text") or (message.get("bytes") or b"").decode(errors="replace")
            self.answer.body += text + "\n"
            note("websocket.sent", text=text[:_SHOWN_CHARACTERS])
        elif message["type"] == "websocket.close":
            if self.answer is None:  # refused: the handshake is answered with this
                self.answer = Response(self._request.visitor, 403)
            self._over.set()
            note("websocket.closed", text=str(message.get("code", 1000)))
