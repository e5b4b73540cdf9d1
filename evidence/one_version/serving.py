"""A real uvicorn in a thread, and what happened in which order while it answered one request."""

import http.client
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

# What uvicorn itself still holds of a request is let go of in this time after the app's call.
SETTLING_SECONDS = 0.1
PATIENCE_SECONDS = 20.0


class Scene:
    """An app of one endpoint, `POST /users`, and what is noted while it runs."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.happened: list[str] = []
        self.error = ""  # what the app's call raises: what a server writes to its log
        self._over = threading.Event()

    def note(self, what: str) -> None:
        self.happened.append(what)

    def post(self) -> int:
        """Ask once; the status, once the app's call is over, background tasks included."""
        with served(self._observed) as port:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
            connection.request("POST", "/users", headers={"connection": "close"})
            status = connection.getresponse().status
            connection.close()
            if not self._over.wait(PATIENCE_SECONDS):
                raise TimeoutError(f"the app has not ended; so far: {self.happened}")
            time.sleep(SETTLING_SECONDS)
        return status

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


def described(error: BaseException) -> str:
    """Class and first line of an error."""
    return first_line(f"{type(error).__name__}: {error}")


def first_line(text: str) -> str:
    """The first line of a message, without memory addresses."""
    return re.sub(r" at 0x[0-9a-f]+", "", text.splitlines()[0]) if text else ""


@contextmanager
def served(app: Any) -> Iterator[int]:
    """Serve an ASGI app on the loopback interface; gives the port."""
    config = uvicorn.Config(
        app, port=0, interface="asgi3", lifespan="off", loop="asyncio", log_level="critical"
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
