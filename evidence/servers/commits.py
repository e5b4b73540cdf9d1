"""A dependency that commits after `yield`, and what its tasks can do on a real PostgreSQL."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from evidence.environments import environment, versions
from evidence.postgres_server import postgres
from evidence.postgres_server import version as postgres_version
from evidence.probes import probe
from evidence.repeating import same
from evidence.rows import Finding, Value

CLAIM = "commit-before-task"
WHERE = "postgres"
RUNS = 2
ROOT = Path(__file__).resolve().parents[2]
WRITTEN = {"": "Depends(get_db)", "function": 'Depends(get_db, scope="function")'}


def _asked() -> dict[str, dict[str, Value]]:
    with postgres() as server:
        command = [str(environment(WHERE)), "-m", "evidence.one_version.on_postgres", server.url]
        told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
        found: dict[str, dict[str, Value]] = json.loads(told.stdout)
        return found


@probe(watches_s=60, needs=["postgres"])
def commit_on_postgres() -> Iterator[Finding]:
    """A task and the rows of its own request, which are not committed."""
    runs = [_asked() for _ in range(RUNS)]
    found = versions(WHERE, ["fastapi", "sqlalchemy", "psycopg"])
    for name, written in WRITTEN.items():
        question = {
            "zh": f"PostgreSQL，yield 之后才 commit，{written}：任务碰自己请求写的行，会怎样？",
            "en": f"PostgreSQL, commit after yield, {written}: what can tasks do with the rows?",
        }
        yield Finding(
            "-".join(part for part in ("commit-after-yield-postgres", name) if part),
            CLAIM,
            question,
            found | {"postgres": postgres_version()},
            same([run[name] for run in runs], name),
            RUNS,
        )
