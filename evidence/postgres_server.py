"""A PostgreSQL of one's own: the programs of Debian's package, in a data folder of its own."""

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from evidence.processes import ProbeError, Program, free_port, workshop

_OWN = ("--username", "evidence", "--auth", "trust", "--encoding", "UTF8", "--locale", "C")


class Postgres:
    """A server on a free port of the loopback, whose data stays when it is stopped."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"postgresql://evidence@127.0.0.1:{self.port}/postgres"
        self._folder = folder
        self._running = contextlib.ExitStack()

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        where: list[str | Path] = [
            *("-D", self._folder / "data", "-p", str(self.port)),
            *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
        ]
        command = [*_unprivileged(), _binary("postgres"), *where]
        self._running.enter_context(_Server(command, self._folder)).says("ready to accept conn")

    def stop(self) -> None:
        """Stop it as its service does, by SIGINT: sessions are ended, data stays."""
        self._running.close()


class _Server(Program):
    """Its processes leave the group, and what SIGKILL leaves behind is shared memory."""

    def __exit__(self, *_: object) -> None:
        self.send(signal.SIGINT, to_group=False)
        try:
            self.ends(30)
        finally:
            super().__exit__()


@cache
def _binary(name: str) -> Path:
    """One of the server's programs.

    Raises:
        ProbeError: there is no PostgreSQL; the message says what to install.
    """
    found = shutil.which("postgres")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_release, reverse=True)
    for folder in folders:
        if (folder / name).is_file() and (folder / "initdb").is_file():
            return folder / name
    raise ProbeError("there is no PostgreSQL; as root: apt-get install postgresql")


def _release(folder: Path) -> float:
    return float(folder.parent.name)


@cache
def version() -> str:
    """The version of the PostgreSQL in use."""
    told = subprocess.run([_binary("postgres"), "--version"], check=True, capture_output=True)
    return re.search(r"\) ([\d.]+)", told.stdout.decode())[1]  # type: ignore[index]


def _owner() -> pwd.struct_passwd | None:
    """Who runs it when we are root, as whom it refuses to run."""
    if os.geteuid():
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def _unprivileged() -> Sequence[str]:
    """What runs a command as its owner, and ends it when we are killed."""
    dying = ("setpriv", "--pdeathsig=INT")
    owner = _owner()
    if owner is None:
        return dying
    return (*dying, f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups")


@contextlib.contextmanager
def postgres(keeps: bool = True) -> Iterator[Postgres]:
    """A fresh, empty PostgreSQL on a free port of the loopback; it ends with the `with`.

    `keeps` says, as for a Redis, that its data stays when it is stopped. It does in any case.

    Raises:
        ProbeError: there is none on this machine, or it does not start.
    """
    with workshop() as folder:
        if owner := _owner():
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        _make_data(folder)
        server = Postgres(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _make_data(folder: Path) -> None:
    command: list[str | Path] = [*_unprivileged(), _binary("initdb"), "-D", folder / "data", *_OWN]
    with Program(command, folder) as made:
        made.ends()
        if made.process.returncode:
            raise ProbeError(f"no data folder: {made}")
