"""A library's task file in a folder of its own, with its broker: where a scenario is played."""

import contextlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx

from evidence import postgres_server, redis_server
from evidence.environments import environment
from evidence.processes import ProbeError, Program, free_port, until, workshop
from evidence.queues.libraries import Library, Settings
from evidence.queues.marks import Marked
from evidence.serving import listens

APPS = Path(__file__).resolve().parent / "apps"
STARTS_WITHIN_S = 120  # nothing is measured before: eight runs that start at once take their time


class Broker(Protocol):
    """A server of one's own, whose data folder stays when it is stopped."""

    url: str

    def start(self) -> None:
        """Start it, and wait until it answers."""

    def stop(self) -> None:
        """Have it shut down in good order, and wait for its end."""


@dataclass(frozen=True)
class BrokerKind:
    """How to run a broker, with or without saving its data at its end, and its version."""

    run: Callable[[bool], AbstractContextManager[Broker]]
    versions: Callable[[], dict[str, str]]


BROKERS = {
    "postgres": BrokerKind(
        postgres_server.postgres, lambda: {"postgresql": postgres_server.version()}
    ),
    "redis": BrokerKind(redis_server.redis, lambda: {"redis-server": redis_server.version()}),
}


@dataclass(frozen=True)
class Stage(Marked):
    """Where one run of a scenario is played."""

    tool: Library
    settings: Settings
    watched_s: float
    port: int
    broker: Broker | None

    @contextlib.contextmanager
    def worker(self, number: int = 1, **extra: str) -> Iterator[Program]:
        """Run a worker until the `with` ends; go on when it takes jobs.

        A library without a broker works in a web server; that is what runs then.
        """
        command = f"{self.tool.worker} {self.settings.options}"
        beside = self.scheduler(number) if self.settings.scheduler else contextlib.nullcontext()
        with beside, self._program(command, number, extra) as program:
            program.says(self.tool.ready, STARTS_WITHIN_S)
            if not self.broker:  # a uvicorn with several processes says so before it listens
                until(lambda: listens(self.port), STARTS_WITHIN_S, f"{program} to listen")
            yield program

    def prepare(self) -> None:
        """Run what the library needs before all else.

        Raises:
            ProbeError: it failed.
        """
        if self.tool.prepare:
            with self._program(self.tool.prepare, 1, {}) as program:
                program.ends(60)
                if program.process.returncode:
                    raise ProbeError(f"could not prepare {self.tool.name}: {program}")

    @contextlib.contextmanager
    def scheduler(self, number: int = 1) -> Iterator[Program]:
        """Run the process that starts what is due, until the `with` ends."""
        command = f"{self.tool.scheduler} {self.settings.scheduler_options}"
        with self._program(command, number, {"SCHEDULE": "1"}) as program:
            program.says(self.tool.scheduler_ready, STARTS_WITHIN_S)
            yield program

    @contextlib.contextmanager
    def web(self) -> Iterator[Program]:
        """Run the web server whose endpoint queues jobs, until the `with` ends."""
        if not self.broker:
            with self.worker() as program:
                yield program
            return
        command = "uvicorn queue_web:app --host 127.0.0.1 --port {port}"
        with self._program(command, 1, {}) as program:
            program.says("Uvicorn running on", STARTS_WITHIN_S)
            yield program

    def post(self, kind: str, name: str, seconds: float, timeout_s: float = 60) -> httpx.Response:
        """Ask the web server to queue a job; its answer."""
        params: dict[str, Any] = {"kind": kind, "name": name, "seconds": seconds}
        url = f"http://127.0.0.1:{self.port}/enqueue"
        # A connection of its own, since a task can hold up the next request on it; and no
        # certificates, which take longer to load than the call takes.
        return httpx.post(url, params=params, timeout=timeout_s, verify=False)

    def enqueue(self, name: str, seconds: float = 0, kind: str = "job", count: int = 1) -> None:
        """Queue jobs: from a process of its own, or, without a broker, in the web server.

        Raises:
            ProbeError: they could not be queued.
        """
        if not self.broker:
            with ThreadPoolExecutor(8) as pool:
                for answer in pool.map(lambda _: self.post(kind, name, seconds), range(count)):
                    answer.raise_for_status()
            return
        command = f"send {kind} {name} {seconds:g} {count}"
        with self._program(command, 1, {}) as program:
            program.says("queued", 60)  # its end takes longer, and a job may not wait for that

    def _program(self, command: str, number: int, extra: dict[str, str]) -> Program:
        """Start a module with arguments, in the library's environment."""
        url = self.broker.url if self.broker else ""
        told = {
            "TASKS": self.tool.tasks,
            "SETTINGS": json.dumps(self.settings.values),
            "BROKER_URL": url,
        }
        filled = command.format(broker=url, number=number, port=self.port)
        return Program([_python(self.tool), "-m", *filled.split()], self.folder, told | extra)


@contextlib.contextmanager
def stage(
    library: Library, settings: Settings, watched_s: float, keeps: bool = False
) -> Iterator[Stage]:
    """A stage with an empty broker; `keeps`: which saves its data when it is stopped."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(workshop())
        for file in APPS.glob("*.py"):
            shutil.copy(file, folder)
        kind = BROKERS.get(library.broker)
        broker = stack.enter_context(kind.run(keeps)) if kind else None
        place = Stage(folder, library, settings, watched_s, free_port(), broker)
        place.prepare()
        yield place


def _python(library: Library) -> Path:
    return environment(library.environment) if library.environment else Path(sys.executable)


def versions_of(library: Library, *more: str) -> dict[str, str]:
    """What a row about a library was measured with."""
    python = ".".join(map(str, sys.version_info[:3]))
    kind = BROKERS.get(library.broker)
    return {**library.locked(*more), **(kind.versions() if kind else {}), "python": python}
