"""A pattern's app in real processes that share one database: a SQLite file, or a PostgreSQL."""

import contextlib
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import metadata
from pathlib import Path

from evidence.environments import environment, versions
from evidence.postgres_server import postgres
from evidence.postgres_server import version as postgres_version
from evidence.processes import ProbeError, Program, free_port, python_program, workshop
from evidence.serving import PATIENCE_S, SNIPPETS

SQLITE, POSTGRES = "sqlite", "postgres"
NAMES = {SQLITE: "SQLite", POSTGRES: "PostgreSQL"}
WHERE = "postgres-async"
_PACKAGES = ("fastapi", "sqlalchemy", "uvicorn")
_COUNT = (
    "import psycopg, sys; print(psycopg.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])"
)


@dataclass(frozen=True)
class Web:
    """One process of the app."""

    program: Program
    port: int

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self.program.output

    def ask(self, method: str, path: str, **headers: str) -> str:
        """Send a request on a connection of its own; the whole answer.

        Raises:
            ProbeError: the answer is no success.
        """
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status >= 300:
            raise ProbeError(f"{method} {path} answered {answer.status}: {text!r}")
        return text

    def kill(self) -> None:
        """SIGKILL, to all of it."""
        self.program.send(signal.SIGKILL)
        self.program.ends()

    def stop(self) -> None:
        """SIGTERM; uvicorn ends when its background tasks have ended."""
        self.program.send(signal.SIGTERM, to_group=False)
        self.program.ends(PATIENCE_S)


@dataclass(frozen=True)
class Stage:
    """A folder with the app, and the database that its processes share."""

    folder: Path
    python: Path | None
    url: str
    settings: dict[str, str]

    @contextlib.contextmanager
    def web(self) -> Iterator[Web]:
        """One more process; it ends with the `with`."""
        port = free_port()
        command = ["-m", "uvicorn", "app:app", "--port", str(port)]
        with python_program(command, self.folder, self.python, **self.settings) as program:
            program.says("Uvicorn running on", PATIENCE_S)
            yield Web(program, port)

    def count(self, sql: str) -> int:
        """The one number that a query gives; of PostgreSQL alone."""
        told = subprocess.run(
            [str(self.python), "-c", _COUNT, self.url, sql], check=True, capture_output=True
        )
        return int(told.stdout)


@contextlib.contextmanager
def stage(pattern: str, database: str, **settings: str) -> Iterator[Stage]:
    """The app of a pattern's folder, with settings, on a database of its own."""
    with workshop() as folder, contextlib.ExitStack() as stack:
        shutil.copy(SNIPPETS / pattern / "app.py", folder)
        if database == SQLITE:  # app.db, in the folder
            yield Stage(folder, None, "", settings)
            return
        url = stack.enter_context(postgres()).url
        driver = url.replace("postgresql://", "postgresql+psycopg://")
        given = {"DATABASE_URL": driver, "ASYNC_DATABASE_URL": driver} | settings
        yield Stage(folder, environment(WHERE), url, given)


def found_with(database: str) -> dict[str, str]:
    """The versions of all that matters."""
    if database == SQLITE:
        packages = (*_PACKAGES, "aiosqlite")
        found = {package: metadata.version(package) for package in packages}
        return found | {"sqlite": sqlite3.sqlite_version}
    return versions(WHERE, (*_PACKAGES, "psycopg")) | {"postgres": postgres_version()}
