"""A process that serves apps with a real uvicorn, one after the other."""

import asyncio
import logging
import multiprocessing
import threading
import time
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import uvicorn

from tests.conformance.outcome import Make, Said

# Real seconds: for an answer, for what is still to be said, and in which nothing more may be.
_PATIENCE, _GRACE, _QUIET = 20.0, 2.0, 0.2


class Server:
    """A process of its own. It has one app at a time.

    Raises:
        RuntimeError: an app that does not start, or does not stop; the process is of no use then.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__, "fastapi", "tests.conformance.build"])
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    async def start(self, make: Make, scale: float) -> int:
        """Serve an app whose virtual second takes `scale` real ones; its port."""
        self._pipe.send((make, scale))
        port = await self._reply()
        if not isinstance(port, int):
            raise RuntimeError(port)
        return port

    async def stop(self, lines: int) -> list[Said]:
        """End the app once it has said so much; what it has said, at `time.monotonic()` moments.

        It gets a little time for that, and as much for what nobody expects.
        """
        self._pipe.send(lines)
        said: list[Said] = await self._reply()
        return said

    async def _reply(self) -> Any:
        until = time.monotonic() + _PATIENCE
        while not self._pipe.poll():
            if time.monotonic() > until or not self._process.is_alive():
                raise RuntimeError("the server does not answer")
            await asyncio.sleep(0.005)
        try:
            return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise RuntimeError("the server has ended") from error

    def end(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _work(pipe: Connection) -> None:
    logging.disable()  # errors are what is served; the app itself tells of them
    while True:
        try:
            make, scale = pipe.recv()
        except EOFError:
            return
        try:
            _serve(make, scale, pipe)
        except Exception as error:
            pipe.send(f"{type(error).__name__}: {error}")


def _serve(make: Make, scale: float, pipe: Connection) -> None:
    said: list[Said] = []

    def log(label: str) -> None:
        said.append(Said(time.monotonic(), label, threading.get_ident()))

    with make(log, lambda _, seconds: seconds * scale) as app:
        config = uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=1)
        asyncio.run(_run(uvicorn.Server(config), pipe, partial(list, said)))


async def _run(server: uvicorn.Server, pipe: Connection, said: partial[list[Said]]) -> None:
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.001)
        if serving.done():
            raise RuntimeError("uvicorn does not start")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(pipe.fileno(), stop.set)
    pipe.send(server.servers[0].sockets[0].getsockname()[1])
    await stop.wait()
    loop.remove_reader(pipe.fileno())
    lines, until = pipe.recv(), loop.time() + _GRACE
    while len(said()) < lines and loop.time() < until:
        await asyncio.sleep(0.01)
    await asyncio.sleep(_QUIET)
    pipe.send(said())
    server.should_exit = True
    await serving
