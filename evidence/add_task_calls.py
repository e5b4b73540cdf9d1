"""What becomes of each mistake in calling add_task: is the work done, and what is logged?"""

import re
from collections.abc import Iterator

from evidence.environments import versions
from evidence.probes import probe
from evidence.processes import until
from evidence.rows import Finding, Value
from evidence.serving import APPS, PATIENCE_S, Served, serving

# The oldest and the newest that are tried, and one between them.
RELEASES = ("0.95.2", "0.117.1", "0.165.0")
MISTAKES = (
    *("called", "called_async", "lambda", "decorated", "generator", "by_hand", "awaited"),
    *("default", "create_task"),
)
ERROR = re.compile(r"^\w+(?:Error|Exception): .+$", re.M)


def status(served: Served, path: str) -> int:
    """Ask for a path on a connection of its own; wait until the app's call is over."""
    connection = served.connect()
    before = served.log.count(f"over {path}\n")
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    until(lambda: served.log.count(f"over {path}\n") > before, PATIENCE_S, f"the end of {path}")
    return answer.status


def made(served: Served, mistake: str) -> dict[str, Value]:
    """What one mistake leads to; whatever is logged of it stands before the next request's end."""
    start = len(served.log)
    answered = status(served, f"/{mistake}")
    status(served, "/fine")
    told = served.log[start:]
    found: dict[str, Value] = {f"{mistake}_task_runs": f"ran {mistake}\n" in told}
    if answered != 200:
        found[f"{mistake}_status"] = answered
    errors = ERROR.findall(told)
    return found | ({f"{mistake}_logged": errors[-1]} if errors else {})


@probe(watches_s=20)
def in_several_releases() -> Iterator[Finding]:
    """Every mistake, on uvicorn with several FastAPIs."""
    for release in RELEASES:
        where = f"release-{release}"
        found: dict[str, Value] = {}
        with serving("uvicorn", APPS / "calling_add_task.py", where=where) as served:
            for mistake in MISTAKES:
                found |= made(served, mistake)
            unawaited = "RuntimeWarning: coroutine 'async_work' was never awaited"
            found["lost_coroutine_warned"] = unawaited in served.log
        yield Finding(
            f"add-task-calls-fastapi-{release.replace('.', '-')}",
            "add-task-call-mistakes",
            {
                "zh": f"在 FastAPI {release} 里，add_task 写错了会怎样？",
                "en": f"In FastAPI {release}, what becomes of mistakes in calling add_task?",
            },
            versions(where, ("fastapi", "starlette", "uvicorn")),
            found,
        )
