"""A visitor by HTTP."""

import codecs
from typing import Any

from recorder import lines
from recorder.body import encoded_body
from recorder.visit import SHOWN_CHARACTERS, Message, Visitor

_WITH_BODY = ("POST", "PUT", "PATCH")


class WebVisitor(Visitor):
    """One request of the story, by HTTP."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._chunked = False
        self._left_to_send: float = 0  # of the bytes that the response's head has announced
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def _scope(self) -> dict[str, Any]:
        method = self._request.method
        scope = self._common_scope("http", "http", "2.3") | {"method": method}
        given = {name for name, _ in scope["headers"]}
        body, kind = encoded_body(self._request)
        if body and b"content-type" not in given:
            scope["headers"].append((b"content-type", kind.encode()))
        if (body or method in _WITH_BODY) and b"content-length" not in given:
            scope["headers"].append((b"content-length", str(len(body)).encode()))
        self._inbox.put_nowait({"type": "http.request", "body": body, "more_body": False})
        return scope

    async def _receive(self) -> Message:
        # As uvicorn: once the response is complete, a body that nobody has read is gone.
        if not self._over.is_set() and not self._inbox.empty():
            return self._inbox.get_nowait()
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if self._left or self._is_gone():
            return  # as uvicorn: what is sent to a client that has left goes nowhere
        kind = message["type"]
        begins = kind == "http.response.start"
        if self._over.is_set() or begins == (self.answer is not None):
            raise RuntimeError(f"Unexpected ASGI message {kind!r} sent")
        if begins:
            self.answer = self._begin(message)
            self._left_to_send = self._announced()
        else:
            self._take(message.get("body", b""), last=not message.get("more_body"))

    def _announced(self) -> float:
        """How many bytes are to come; any number, if the head does not say."""
        assert self.answer is not None
        bare = self._request.method == "HEAD" or self.answer.status in (204, 304)
        length = [v for k, v in self.answer.headers if k.lower() == "content-length" and not bare]
        return int(length[0]) if length else float("nan")  # which is neither more nor less

    def _take(self, body: bytes, last: bool) -> None:
        assert self.answer is not None
        if len(body) > self._left_to_send:
            raise RuntimeError("Response content longer than Content-Length")
        self._left_to_send -= len(body)
        text = self._decoder.decode(b"" if self._request.method == "HEAD" else body, last)
        if self._observer.takes(len(text)):
            self.answer.body += text
        self._chunked = self._chunked or not last
        if text and self._chunked:
            shown = text.strip()[:SHOWN_CHARACTERS]
            self._observer.note("response.chunk", text=shown, line=lines.of_stream())
        if last and self._left_to_send > 0:
            raise RuntimeError("Response content shorter than Content-Length")
        if last:
            self._over.set()
            self._observer.note("response.finished", text=str(self.answer.status))

    def _make_up(self) -> None:
        if self.answer is None and not self._over.is_set():
            self._fail()
