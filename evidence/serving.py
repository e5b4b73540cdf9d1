"""An app behind a real server, and a connection to it on which nothing is done by itself.

with serving("uvicorn", APPS / "failing.py") as served:
    connection = served.connect()
    connection.request("POST", "/register")
    assert connection.getresponse().read() == b"…"
    ...  # the same connection; it never reconnects
    print(served.log)
"""

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import metadata
from pathlib import Path

from evidence.environments import environment, versions
from evidence.processes import ProbeError, Program, free_port, python_program, until, workshop

APPS = Path(__file__).resolve().parent / "apps"
SNIPPETS = Path(__file__).resolve().parents[1] / "snippets"
PATIENCE_S = 60.0  # a machine that does much else starts a server slowly

# With an access log on standard output or standard error, as uvicorn has it by default.
COMMANDS = {
    "uvicorn": "uvicorn {app}:app --host 127.0.0.1 --port {port}",
    "hypercorn": "hypercorn {app}:app --bind 127.0.0.1:{port} --access-logfile -",
    "granian": "granian {app}:app --interface asgi --host 127.0.0.1 --port {port} --access-log",
    "gunicorn": "gunicorn {app}:app --worker-class uvicorn_worker.UvicornWorker "
    "--bind 127.0.0.1:{port} --access-logfile - --no-control-socket",  # else one in ~/.gunicorn
}


@dataclass(frozen=True)
class Served:
    """A running server; `proxy` is the nginx in front of it, if there is one."""

    program: Program
    port: int
    versions: dict[str, str]
    proxy: Program | None = None

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the server and the app have printed so far, in one stream."""
        return self.program.output

    def connect(self) -> HTTPConnection:
        """A keep-alive connection, which raises an error where others would connect again."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.connect()
        connection.auto_open = 0
        return connection

    def post(self, path: str) -> None:
        """Send a request on a connection of its own, and read its answer to the end.

        Raises:
            ProbeError: the answer is no success.
        """
        connection = self.connect()
        connection.request("POST", path)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 300:
            raise ProbeError(f"POST {path} answered {answer.status}: {text!r}")


@contextlib.contextmanager
def serving(
    server: str, app: Path, *options: str, where: str = "", **environ: str
) -> Iterator[Served]:
    """Serve the `app` of a file, in an empty folder, until the `with` ends.

    `server` is a key of COMMANDS, `options` are added to its command line. `where` is the name of
    an environment, "" the project's own. The app may import what lies beside its file; `environ` is
    added to its environment variables.

    Raises:
        ProbeError: the server does not start.
        EnvironmentFailure: the environment does not install.
    """
    packages = list(dict.fromkeys(("fastapi", "starlette", server)))
    found = versions(where, packages) if where else {p: metadata.version(p) for p in packages}
    python, port = environment(where) if where else None, free_port()
    command = ["-m", *COMMANDS[server].format(app=app.stem, port=port).split(), *options]
    with (
        workshop() as folder,
        python_program(command, folder, python, PYTHONPATH=str(app.parent), **environ) as program,
    ):
        until(lambda: program.ended or listens(port), PATIENCE_S, f"the start of {program}")
        if program.ended:
            raise ProbeError(f"ended at its start: {program}")
        yield Served(program, port, found)


def listens(port: int) -> bool:
    """Whether somebody takes connections at a port of the loopback."""
    with contextlib.suppress(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S).close()
        return True
    return False


def closes(connection: HTTPConnection, within_s: float) -> bool:
    """Whether the server closes an idle connection within some seconds; all pass if it doesn't."""
    if connection.sock is None:
        return True
    connection.sock.settimeout(within_s)
    try:
        return connection.sock.recv(1, socket.MSG_PEEK) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    finally:
        connection.sock.settimeout(PATIENCE_S)
