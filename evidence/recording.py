"""Records what a snippet does in real programs, in the recorder's public format."""

import time
from typing import Any

import httpx

from evidence.processes import Program
from evidence.rows import Finding, row_of
from recorder.timeline import FORMAT


class Recording:
    """Notes what happens, in seconds since the request was sent, to 0.1 s."""

    def __init__(self) -> None:
        self._began = 0.0
        self._events: list[dict[str, Any]] = []
        self._responses: list[dict[str, Any]] = []
        self._printed = ""

    @property
    def now_s(self) -> float:
        """Seconds since the request was sent."""
        return time.monotonic() - self._began

    def note(self, kind: str, visitor: str, name: str = "", text: str = "") -> None:
        """Add an event of now; a second task of a name is called `name (2)`."""
        at = round(self.now_s, 1)
        self._events.append(
            {"at": at, "kind": kind, "visitor": visitor, "name": name, "text": text}
        )

    def ask(self, url: str, path: str) -> None:
        """Send a POST as Ann; it is sent at second 0."""
        with httpx.Client(base_url=url, timeout=30) as client:
            self.begin(client)
            self.visit(client, "ann", "POST", path)

    def begin(self, client: httpx.Client) -> None:
        """Second 0, once a client has had its first answer: what that costs is not the lesson."""
        client.get("/openapi.json")
        self._began = time.monotonic()

    def visit(
        self, client: httpx.Client, visitor: str, method: str, path: str, body: object = None
    ) -> None:
        """Send a request as somebody, and wait for the answer, or for the end of the connection."""
        self.note("request.sent", visitor, text=f"{method} {path}")
        try:
            answer = client.request(method, path, json=body)
        except httpx.TransportError as error:
            self.note("log", visitor, text=f"{type(error).__name__}: {error}")
            return
        self.answered(visitor, answer)

    def answered(self, visitor: str, answer: httpx.Response) -> None:
        """Add a whole response of now."""
        self.note("response.finished", visitor, text=str(answer.status_code))
        told = {"visitor": visitor, "status": answer.status_code, "body": answer.text}
        headers = [["content-type", answer.headers["content-type"]]]
        self._responses.append(told | {"headers": headers})

    def said(self, program: Program, words: str, kind: str, name: str, text: str = "") -> None:
        """Wait until a program prints some words of the task; note that it began or ended."""
        program.says(words)
        self.note(f"task.{kind}", "ann", name, text)
        self._printed += f"{words}\n"

    def printed(self, program: Program, words: str, visitor: str) -> None:
        """Wait until a program prints some words for somebody's request; note them."""
        program.says(words)
        self.note("print", visitor, text=words)
        self._printed += f"{words}\n"

    def finding(
        self, snippet_id: str, question: dict[str, str], versions: dict[str, str]
    ) -> Finding:
        """The row from which the page of a measured snippet is drawn."""
        recording = {
            "format": FORMAT,
            "events": sorted(self._events, key=lambda event: event["at"]),
            "responses": self._responses,
            "printed": self._printed,
        }
        claim = snippet_id.partition("/")[0].replace("_", "-")
        return Finding(row_of(snippet_id), claim, question, versions, {"recording": recording})
