"""What FastAPI's releases differ in: each is asked the same by `evidence.one_version`.

The releases are the environments whose names begin with `release-`, each with the newest Starlette
that it accepted on the day it came out. SQLAlchemy, aiosqlite and uvicorn are the same throughout:
a difference is FastAPI's. A further release needs an environment and no code.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evidence.environments import declared, environment
from evidence.probes import probe
from evidence.processes import ProbeError
from evidence.rows import Finding

RUNS = 2
PREFIX = "release-"
# An idle worker thread of anyio 3 may or may not hold on to the arguments of its last call.
VARIES = ("passed_session_connections_after_gc", "async_passed_session_connections_after_gc")
PAGE = "db-session-lifetime"
ROOT = Path(__file__).resolve().parents[1]
# Row ids begin like this; what follows is the release.
SCOPES = {"request": "yield", "function": "yield-function"}
QUESTION = {
    "zh": "FastAPI {release}，{scope}：依赖项何时收尾，它的会话在后台任务里怎样？",
    "en": "FastAPI {release}, {scope}: when does it end, and what of its session in a task?",
}
WRITTEN = {"request": "Depends(get_db)", "function": 'Depends(get_db, scope="function")'}


def releases() -> list[str]:
    """The FastAPI releases that are asked, oldest first."""
    found = [name.removeprefix(PREFIX) for name in declared() if name.startswith(PREFIX)]
    return sorted(found, key=lambda release: [int(part) for part in release.split(".")])


@probe
def dependencies() -> Iterator[Finding]:
    """Ask every release, twice, what its `yield` dependencies do to background tasks."""
    for release in releases():
        told = [_told_by(release) for _ in range(RUNS)]
        versions = told[0]["versions"]
        print(f"  {release} with Starlette {versions['starlette']}", flush=True)
        exists = {"scope_parameter_exists": "function" in told[0]}
        for scope in [scope for scope in SCOPES if scope in told[0]]:
            asked = {"release": release, "scope": WRITTEN[scope]}
            question = {language: text.format(**asked) for language, text in QUESTION.items()}
            row_id = f"{SCOPES[scope]}-{release.replace('.', '-')}"
            result = exists | _merged(row_id, [run[scope] for run in told])
            yield Finding(row_id, PAGE, question, versions, result, RUNS)


def _merged(row_id: str, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """One result of all runs. A list stands for what a run may not decide; all else must agree."""
    for key, first in runs[0].items():
        seen = [run[key] for run in runs]
        if key not in VARIES and any(value != first for value in seen):
            raise ProbeError(f"{row_id}: {key} is not the same in each run: {seen}")
    return runs[0] | {key: [run[key] for run in runs] for key in VARIES}


def _told_by(release: str) -> dict[str, Any]:
    command = [str(environment(f"{PREFIX}{release}")), "-m", "evidence.one_version"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        raise ProbeError(f"FastAPI {release}: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told
