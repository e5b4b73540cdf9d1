"""With which releases of FastAPI the recorder's command line plays an app.

0.107 is the last that wants anyio 3, whose backend the recorder cannot look into. Up to 0.120 the
function that enters a dependency has another name; it must be seen all the same.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from evidence.environments import environment, versions
from evidence.probes import probe
from evidence.rows import Finding, Value

_ENVIRONMENTS = (
    *("starlette-0_28_0", "starlette-0_29_0", "fastapi-0_117_1"),
    *("fastapi-0_118_0", "release-0.120.4", "release-0.165.0"),
)
_APP = Path(__file__).parent / "apps" / "dependency_and_task.py"
_ROOT = Path(__file__).resolve().parents[1]
_QUESTION = {
    "zh": "FastAPI {fastapi}：录制器的命令行能不能播放它？响应何时发完，依赖项何时收尾？",
    "en": "FastAPI {fastapi}: does the recorder play it? When does the dependency end?",
}


@probe(watches_s=90)
def played() -> Iterator[Finding]:
    """Play one app with each release."""
    for name in _ENVIRONMENTS:
        named = versions(name, ("fastapi", "starlette", "anyio"))
        question = {language: text.format(**named) for language, text in _QUESTION.items()}
        row_id = f"played-{named['fastapi'].replace('.', '-')}"
        yield Finding(row_id, "record-your-app", question, named, _played(name))


def _played(name: str) -> dict[str, Value]:
    command = [str(environment(name)), "-m", "recorder", "play", str(_APP), "--json"]
    done = subprocess.run(
        [*command, "--request", "GET /"],
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        error = done.stderr.splitlines()[-1].partition(" (")[0]  # without the path in brackets
        return {"exit_code": done.returncode, "error": error}
    at = {event["kind"]: event["at"] for event in json.loads(done.stdout)["events"]}
    return {
        "exit_code": 0,
        "response_at": at["response.finished"],
        "dependency_closed_at": at["dependency.closed"],
    }
