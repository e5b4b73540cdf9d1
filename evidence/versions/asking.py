"""Puts the topics of `evidence/topics.toml` to the release of an environment, by `one_version`."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from evidence.environments import declared, environment
from evidence.processes import ProbeError
from evidence.rows import Finding
from evidence.topics import topics

RUNS = 2
PREFIX = "release-"
SESSIONS = ("yield", "yield-function")  # the topics about SQLAlchemy
# An idle worker thread of anyio 3 may or may not hold on to the arguments of its last call.
VARIES = ("passed_session_connections_after_gc", "async_passed_session_connections_after_gc")
ROOT = Path(__file__).resolve().parents[2]
_AT_ONCE = 4  # they wait most of the time; what is measured in seconds is a wait of a second
Result = dict[str, Any]


def number(release: str) -> tuple[int, ...]:
    """A release as what it is sorted by."""
    return tuple(int(part) for part in release.split(".")[:3])


def releases(prefix: str = PREFIX) -> list[str]:
    """The releases that are asked, oldest first: the environments whose names begin so."""
    names = [name.removeprefix(prefix) for name in declared() if name.startswith(prefix)]
    return sorted(names, key=number)


def findings(names: Iterable[str], asked: Iterable[str], package: str) -> Iterator[Finding]:
    """What the environments of these names answer to these topics, each asked twice."""
    wanted = list(asked)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures = [(name, pool.submit(_twice, name, wanted)) for name in names]
        for name, future in futures:
            told = future.result()
            print(f"  {name} {told[0]['versions'][package]}", flush=True)
            yield from told_of(told, package)


def _twice(name: str, asked: list[str]) -> list[Result]:
    python = environment(name)
    return [told_by(python, asked) for _ in range(RUNS)]


def told_of(told: list[Result], package: str) -> Iterator[Finding]:
    """The findings of all runs of an environment."""
    versions = told[0]["versions"]
    for name, first in told[0]["answers"].items():
        if first is None:
            continue
        topic, release = topics()[name], versions[package]
        title = {"fastapi": "FastAPI", "starlette": "Starlette"}[package]
        yield Finding(
            topic.row_id(release, package),
            topic.page,
            topic.asked_of(release, title),
            {key: versions[key] for key in versions if name in SESSIONS or key not in _SQL},
            merged(f"{name} of {title} {release}", [run["answers"][name] for run in told]),
            len(told),
        )


_SQL = ("sqlalchemy", "aiosqlite")


def merged(what: str, runs: list[Result]) -> Result:
    """One result of all runs.

    A list stands for what a run may not decide, and for seconds, which are measured; all else must
    agree.

    Raises:
        ProbeError: it doesn't.
    """
    result: Result = {}
    for key, first in runs[0].items():
        seen = [run[key] for run in runs]
        if isinstance(first, float):
            result[key] = [round(value, 3) for value in seen]
        elif key in VARIES:
            result[key] = seen
        elif any(value != first for value in seen):
            raise ProbeError(f"{what}: {key} is not the same in each run: {seen}")
        else:
            result[key] = first
    return result


def told_by(python: Path, asked: Iterable[str]) -> Result:
    """The versions of an environment, and its answer to each topic, None where there is none."""
    command = [str(python), "-m", "evidence.one_version", *asked]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        raise ProbeError(f"{python}: {done.stderr[-2000:]}")
    told: Result = json.loads(done.stdout)
    return told
