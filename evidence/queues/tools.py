"""What the probes of queues share: a workplace with a Redis, workers, web servers, marks."""

import contextlib
import json
import shutil
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from celery import Celery
from redis import Redis

from evidence import redis_server
from evidence.environments import environment
from evidence.processes import Program, free_port, workshop
from evidence.queues.marks import Marked
from evidence.repeating import repeat as repeat
from evidence.repeating import same as same
from evidence.repeating import seconds as seconds
from evidence.rows import Finding

APPS = Path(__file__).resolve().parent / "apps"
CLAIM = "when-to-use-a-queue"
SNIPPETS = APPS.parents[2] / "snippets" / "when_to_use_a_queue"
QUESTIONS: dict[str, dict[str, str]] = tomllib.loads(
    (APPS.parent / "questions.toml").read_text("utf-8")
)


@dataclass(frozen=True)
class Workplace(Marked):
    """A folder with the apps, and a Redis; programs run there."""

    broker: str
    interpreter: Path = Path(sys.executable)

    def worker(self, *options: str, app: str = "jobs:celery_app", **settings: Any) -> Program:
        """Start a Celery worker with one child process, and wait until it takes jobs."""
        command = ["-m", "celery", "-A", app, "worker", "-c", "1", "-l", "INFO", *options]
        program = self.python(command, **settings)
        program.says(" ready.")
        return program

    def python(self, arguments: list[str], **settings: Any) -> Program:
        """Start a Python program that finds the broker and the settings."""
        told = {"CELERY_BROKER_URL": self.broker, "SETTINGS": json.dumps(settings)}
        return Program([self.interpreter, *arguments], self.folder, told)

    @contextlib.contextmanager
    def web(self, *options: str, app: str = "web:app", port: int = 0) -> Iterator["Web"]:
        """Run a uvicorn."""
        port = port or free_port()
        command = ["-m", "uvicorn", app, "--port", str(port), *options]
        with self.python(command) as program:
            program.says("Uvicorn running on")
            yield Web(program, f"http://127.0.0.1:{port}")

    def send(self, name: str, seconds: float) -> None:
        """Queue a job."""
        with Celery(broker=self.broker, set_as_current=False) as app:
            app.send_task("jobs.job", args=[name, seconds])

    def kept(self) -> tuple[int, int]:
        """How many messages the broker holds: waiting, and delivered but not acknowledged."""
        with Redis.from_url(self.broker) as client:
            return client.llen("celery"), client.hlen("unacked")


@dataclass(frozen=True)
class Web:
    """A web server that runs."""

    program: Program
    url: str


@contextlib.contextmanager
def workplace(*files: Path, where: str = "") -> Iterator[Workplace]:
    """A temporary workplace with the apps, or with other files, and an empty Redis.

    Its programs run in the environment `where`, or else in the project's own.
    """
    interpreter = environment(where) if where else Path(sys.executable)
    with workshop() as folder, redis_server.redis() as server:
        for file in files or APPS.glob("*.py"):
            shutil.copy(file, folder)
        yield Workplace(folder, server.url, interpreter)


def about(row_id: str, versions: dict[str, str], result: dict[str, Any], runs: int = 1) -> Finding:
    """What was found out about a question of questions.toml."""
    return Finding(row_id, CLAIM, QUESTIONS[row_id], versions, result, runs)


def installed(*packages: str) -> dict[str, str]:
    """Versions of the project's own packages, and of Python."""
    python = ".".join(map(str, sys.version_info[:3]))
    return {**{package: version(package) for package in packages}, "python": python}


def celery_versions() -> dict[str, str]:
    """The versions that matter to a Celery worker with a Redis."""
    found = installed("celery", "kombu")
    servers = {"redis-server": redis_server.version(), "redis-py": version("redis")}
    return {**found, **servers}
