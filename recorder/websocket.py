"""A visitor by WebSocket."""

import asyncio
import math
from typing import Any, ClassVar

from recorder.timeline import Response
from recorder.visit import SHOWN_CHARACTERS, ClientDisconnected, Message, Visitor, network, until


class SocketVisitor(Visitor):
    """One WebSocket of the story, whose handshake the app may accept, refuse or answer itself."""

    def _scope(self) -> dict[str, Any]:
        self._inbox.put_nowait({"type": "websocket.connect"})
        return self._common_scope("websocket", "ws", "2.4") | {
            "subprotocols": [],
            "extensions": {"websocket.http.response": {}},
        }

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._accepted = asyncio.Event()
        self._taken = 0  # how many messages the app has received
        self._noticing: asyncio.Task[None] | None = None

    async def _post(self) -> None:
        await asyncio.gather(super()._post(), self._talk())

    async def _talk(self) -> None:
        await self._accepted.wait()  # a client sends nothing before it has heard of it
        await network()
        for message in self._request.messages:
            await until(message.at)
            if message.at <= self._last_words():
                await self._inbox.put({"type": "websocket.receive", "text": message.text})

    async def _receive(self) -> Message:
        if self._over.is_set() and not self._left:  # the client answers the app's own close
            return {"type": "websocket.disconnect", "code": 1000}
        message = await self._inbox.get()
        if message["type"] == "websocket.receive":
            self._observer.note("websocket.received", text=message["text"][:SHOWN_CHARACTERS])
            self._taken += 1
            if self._departed and not self._left:
                self._noticing = asyncio.ensure_future(self._notice_soon())
        return message

    def _notice(self) -> None:
        # As uvicorn: it reads no further while the app has not taken what has arrived before.
        sent = [message for message in self._request.messages if message.at <= self._last_words()]
        if self.answer is None or self._taken == len(sent):
            super()._notice()

    def _last_words(self) -> float:
        """The virtual second after which the client sends nothing any more."""
        return math.inf if self._request.leaves is None else self._request.leaves

    async def _notice_soon(self) -> None:
        await network()
        if not self._left:
            self._notice()

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        if self._left:
            raise ClientDisconnected
        if self._is_gone():
            return
        if self._over.is_set() or kind not in self._expected():
            raise RuntimeError(f"Unexpected ASGI message {kind!r} sent")
        self._TAKEN[kind](self, message)

    def _expected(self) -> tuple[str, ...]:
        """The messages that fit what has been sent before."""
        if self.answer is None:
            return "websocket.accept", "websocket.close", "websocket.http.response.start"
        if self.answer.status == 101:
            return "websocket.send", "websocket.close"
        return ("websocket.http.response.body",)

    def _accept(self, message: Message) -> None:
        self.answer = Response(self._request.visitor, 101)
        self._accepted.set()
        self._observer.note("websocket.accepted")

    def _take(self, message: Message) -> None:
        text = message.get("text") or (message.get("bytes") or b"").decode(errors="replace")
        assert self.answer is not None
        if self._observer.takes(len(text)):
            self.answer.body += text + "\n"
        self._observer.note("websocket.sent", text=text[:SHOWN_CHARACTERS])

    def _close(self, message: Message) -> None:
        if self.answer is None:  # refused: the handshake is answered with this
            self.answer = Response(self._request.visitor, 403)
        self._over.set()
        # The client's answer, for an app that is already waiting to receive, beside its own close.
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
        self._observer.note("websocket.closed", text=str(message.get("code", 1000)))

    def _begin_answer(self, message: Message) -> None:
        self.answer = self._begin(message)

    def _end_answer(self, message: Message) -> None:
        assert self.answer is not None
        text = message.get("body", b"").decode(errors="replace")
        if self._observer.takes(len(text)):
            self.answer.body += text
        if not message.get("more_body"):
            self._over.set()
            self._observer.note("response.finished", text=str(self.answer.status))

    def _make_up(self) -> None:
        if self._over.is_set():
            return
        if self.answer is None:
            self._fail()
        else:
            self._close({"code": 1006})

    _TAKEN: ClassVar = {
        "websocket.accept": _accept,
        "websocket.send": _take,
        "websocket.close": _close,
        "websocket.http.response.start": _begin_answer,
        "websocket.http.response.body": _end_answer,
    }
