"""The servers that are compared, as people start them, with their names in both languages."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from evidence import nginx
from evidence.environments import versions
from evidence.processes import until
from evidence.rows import Finding, Value
from evidence.serving import PATIENCE_S, Served, serving

WHERE = "servers"
QUESTIONS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("questions.toml").read_text("utf-8")
)
PROXIES = {"nginx": nginx.PLAIN, "nginx-keepalive": nginx.KEEPALIVE}
READY = "mark: lifespan started"


@dataclass(frozen=True)
class Setup:
    """A server with its options.

    `name` is how row ids call it, `server` a key of serving.COMMANDS; `packages` are what else
    decides how it behaves.
    """

    name: str
    server: str
    options: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    workers: int = 1

    @property
    def suffix(self) -> str:
        """The end of a row's id."""
        return f"{self.name}-two-workers" if self.workers == 2 else self.name

    @property
    def versions(self) -> dict[str, str]:
        """The locked versions of all that matters."""
        return versions(WHERE, ("fastapi", "starlette", self.server, *self.packages))

    @contextmanager
    def serving(
        self, app: Path, *options: str, proxy: str = "", ready: str = READY
    ) -> Iterator[Served]:
        """Serve an app of which each worker prints `ready` when it is up; wait for all of them.

        `proxy` is a key of PROXIES; with one, what is served has the address of an nginx.
        """
        several = ("--workers", str(self.workers)) if self.workers > 1 else ()
        given = (*self.options, *several, *options)
        with serving(self.server, app, *given, where=WHERE) as served:
            until(
                lambda: not ready or served.log.count(ready) >= self.workers,
                PATIENCE_S,
                f"{self.workers} workers of {served.program}",
            )
            with nginx.in_front(served, PROXIES[proxy]) if proxy else nullcontext(served) as seen:
                yield seen

    def finding(
        self,
        topic: str,
        claim: str,
        result: dict[str, Value],
        runs: int = 1,
        *,
        task: str = "",
        proxy: str = "",
    ) -> Finding:
        """What was found out about a topic of questions.toml.

        `task` and `proxy` are names of the same file: what kind of task, and what is in front.
        """
        row_id = "-".join(part for part in (topic, task, self.suffix, proxy) if part)
        found = self.versions | ({"nginx": nginx.version()} if proxy else {})
        return Finding(row_id, claim, self._question(topic, task, proxy), found, result, runs)

    def _question(self, topic: str, task: str, proxy: str) -> dict[str, str]:
        further = ["two-workers"] * (self.workers == 2) + [proxy] * bool(proxy)
        return {
            language: text.format(
                server="".join(QUESTIONS[name][language] for name in (self.name, *further)),
                task=QUESTIONS[task][language] if task else "",
            )
            for language, text in QUESTIONS[topic].items()
        }


HTTPTOOLS = ("--http", "httptools", "--loop", "uvloop")
H11 = ("--http", "h11", "--loop", "asyncio")
SETUPS = (
    Setup("uvicorn-httptools", "uvicorn", HTTPTOOLS, ("httptools", "uvloop")),
    Setup("uvicorn-h11", "uvicorn", H11, ("h11",)),
    Setup("hypercorn", "hypercorn"),
    Setup("granian", "granian"),
    Setup("gunicorn", "gunicorn", (), ("uvicorn-worker", "uvicorn")),
)
# The same with the settings that say how long they wait for tasks.
LIMITED = (
    Setup("uvicorn-2-s", "uvicorn", (*HTTPTOOLS, "--timeout-graceful-shutdown", "2")),
    Setup("hypercorn-10-s", "hypercorn", ("--graceful-timeout", "10")),
    Setup("hypercorn-10-s", "hypercorn", ("--graceful-timeout", "10"), workers=2),
    Setup("granian-10-s", "granian", ("--workers-kill-timeout", "10")),
    Setup("gunicorn-2-s", "gunicorn", ("--graceful-timeout", "2"), ("uvicorn-worker", "uvicorn")),
)


def named(name: str) -> Setup:
    """The setup of a name."""
    return next(one for one in SETUPS if one.name == name)
