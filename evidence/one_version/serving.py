"""A real uvicorn in a thread, and what happened in which order while it answered one request."""

import http.client
import logging
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI

Result = dict[str, Any]

# What uvicorn itself still holds of a request is let go of in this time after the app's call.
SETTLING_SECONDS = 0.1
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Answer:
    """What the client has got; `complete_at` is on the clock of `time.monotonic`."""

    status: int
    body: str
    complete_at: float


class Scene:
    """An app, and what is noted while it answers a request."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.happened: list[str] = []
        self.error = ""  # what the app's call raises
        self.log = Log()  # what the server makes of it
        self._over = threading.Event()

    def note(self, what: str) -> None:
        self.happened.append(what)

    def post(self) -> int:
        """`POST /users`; the status."""
        return self.ask().status

    def ask(
        self,
        method: str = "POST",
        path: str = "/users",
        body: bytes = b"",
        reads: int | None = None,
        stays: bool = True,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Ask once; the answer, once the app's call is over, background tasks included.

        The client reads so many bytes of the body, or all. Then it stays, or leaves at once.
        """
        self._over.clear()
        with served(self._observed, self.log) as port:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            answer = read(response, reads)
            if not stays:
                response.close()
                connection.close()
            self._wait()
            response.close()
            connection.close()
        return answer

    def _wait(self) -> None:
        """Wait until the app's call is over, and what the server does after it."""
        if not self._over.wait(PATIENCE_SECONDS):
            raise TimeoutError(f"the app has not ended; so far: {self.happened}")
        time.sleep(SETTLING_SECONDS)

    async def _observed(self, scope: Any, receive: Any, send: Any) -> None:
        async def noting_send(message: Any) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self.note("response")

        try:
            await self.app(scope, receive, noting_send)
        except BaseException as error:
            self.error = described(error)
            raise
        finally:
            self._over.set()


def read(response: http.client.HTTPResponse, count: int | None = None) -> Answer:
    """So many bytes of a body, or all; what had come if the server has broken it off."""
    try:
        body = response.read(count)
    except http.client.IncompleteRead as error:
        body = error.partial
    return Answer(response.status, body.decode(), time.monotonic())


class Log(logging.Handler):
    """The errors in a server's log, in place of standard error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told = ""  # class and first line of the last error; not itself: it would hold on to
        self.cause = ""  # what its frames hold, sessions too

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.told = described(error) if error else record.getMessage()
        self.cause = described(error.__cause__) if error and error.__cause__ else ""


def described(error: BaseException) -> str:
    """Class and first line of an error."""
    return first_line(f"{type(error).__name__}: {error}")


def first_line(text: str) -> str:
    """The first line of a message, without memory addresses."""
    return re.sub(r" at 0x[0-9a-f]+", "", text.splitlines()[0]) if text else ""


@contextmanager
def served(app: Any, log: logging.Handler) -> Iterator[int]:
    """Serve an ASGI app on the loopback interface; gives the port. Its log goes to `log`."""
    logging.getLogger("uvicorn").handlers = [log]
    config = uvicorn.Config(
        app,
        port=0,
        interface="asgi3",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        log_level="error",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
