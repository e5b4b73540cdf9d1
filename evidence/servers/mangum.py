"""A Lambda adapter that is fed with a stored event: the page "serverless"."""

import json
from collections.abc import Iterator

from evidence.environments import environment, versions
from evidence.probes import probe
from evidence.processes import python_program, workshop
from evidence.repeating import repeat, same, seconds
from evidence.rows import Finding
from evidence.servers.setups import QUESTIONS
from evidence.serving import APPS

WHERE = "mangum"
TASK_S = 2.0  # as the app's events say
RUNS = 3


def called() -> list[str]:
    """What the app prints: of a task that ends well, and of one that fails."""
    with (
        workshop() as folder,
        python_program([APPS / "lambda_event.py"], folder, environment(WHERE)) as program,
    ):
        program.ends()
        return program.output.splitlines()


@probe(watches_s=20)
def mangum_waits() -> Iterator[Finding]:
    """When a handler returns whose app has a background task."""
    runs = repeat(called, RUNS)
    answers = [[json.loads(line) for line in run if line.startswith("{")] for run in runs]
    values = {
        "answered_after_s": seconds([first["took"] for first, _ in answers]),
        "task_finished_before_the_answer": same([run[0] == "sent" for run in runs]),
        "status_when_the_task_fails": same([second["status"] for _, second in answers]),
        "error_logged": same([any("logged: " in line for line in run) for run in runs]),
        "task_s": TASK_S,
    }
    found = versions(WHERE, ("mangum", "fastapi", "starlette"))
    yield Finding("mangum-event", "serverless", QUESTIONS["mangum-event"], found, values, RUNS)
