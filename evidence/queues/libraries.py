"""The libraries that are asked the same questions: each is a file `libraries/<id>.toml`.

    name = "Celery"               # as on the pages
    environment = ""              # of environments.toml, with fastapi and uvicorn; "" the project's
    versions = ["celery"]         # the packages whose versions belong to the rows
    broker = "redis"              # a key of stage.BROKERS; "" if jobs stay in the web process
    tasks = "celery_tasks"        # the task file in apps/, see below
    worker = "celery -A …"        # module and arguments; {broker}, {number}, {port} are filled in
    ready = " ready."             # what a worker prints when it takes jobs
    prepare = "…"                 # run once before all else, as for a schema; "" if nothing is
    scheduler = "celery beat …"   # a process of its own that starts what is due; "" if workers do
    scheduler_ready = "Starting"  # what that process prints when it has begun
    schedule_every_s = 1          # how often SCHEDULE's job is due; 0 if there is no scheduler

    [settings.late-ack]           # named settings; "default" may have a text of its own
    told = "task_acks_late=True"  # as a reader would write it; or { zh = "…", en = "…" }
    values = { … }                # given to the task file as JSON, in SETTINGS
    options = "-c 1"              # added to the worker's command
    scheduler = true              # the library's scheduler runs beside each worker
    back_within_s = 40            # a killed worker must be back by then, or the run says nothing:
                                  # one that starts when messages are visible finds them at once
    scheduler_options = "-l INFO" # added to the scheduler's command

    [watched_s]                   # scenario → settings → how many seconds are watched, at most
    worker-killed = { default = 20, late-ack = 20 }

A task file takes BROKER_URL, SETTINGS and, for a job "tick" that is due again and again, SCHEDULE
from its environment, and has `enqueue(kind, name, seconds)`, which may be a coroutine function.
Kinds: "job" works so long; "failing" raises, the library is told nothing about it; "retrying"
raises, two more tries are asked for, 1 s apart; "later" starts after so many seconds.
"""

import math
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from evidence.environments import versions

FOLDER = Path(__file__).resolve().parent / "libraries"


@dataclass(frozen=True)
class Settings:
    """How a library is set up: `told` to a reader, `values` to the task file."""

    id: str = "default"
    told: str | dict[str, str] = field(
        default_factory=lambda: {"zh": "默认配置", "en": "default settings"}
    )
    values: dict[str, Any] = field(default_factory=dict)
    options: str = ""
    scheduler: bool = False
    scheduler_options: str = ""
    back_within_s: float = math.inf

    def text(self, language: str) -> str:
        """The settings in a language."""
        return self.told if isinstance(self.told, str) else self.told[language]


@dataclass(frozen=True)
class Library:
    """One way to do work after the response; the module's text says what the fields are."""

    id: str
    name: str
    environment: str
    versions: list[str]
    broker: str
    tasks: str
    worker: str
    ready: str
    watched_s: dict[str, dict[str, float]]
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    prepare: str = ""
    scheduler: str = ""
    scheduler_ready: str = ""
    schedule_every_s: float = 0

    def set_up(self, settings_id: str) -> Settings:
        """The settings of an id; KeyError if there are none."""
        if settings_id == "default" and "default" not in self.settings:
            return Settings()
        return Settings(settings_id, **self.settings[settings_id])

    def locked(self, *more: str) -> dict[str, str]:
        """The versions of its packages, and of more, in its environment."""
        packages = [*self.versions, *more]
        if self.environment:
            return versions(self.environment, packages)
        return {package: metadata.version(package) for package in packages}


@cache
def libraries() -> dict[str, Library]:
    """All libraries by their ids."""
    found = sorted(FOLDER.glob("*.toml"))
    return {p.stem: Library(p.stem, **tomllib.loads(p.read_text("utf-8"))) for p in found}
