"""The part of the evidence that `make test` measures for real, in a minute.

A kill of each kind, two servers that are told to stop, and the newest FastAPI: each is one run of
what the probes ask, by the same code, watched for less long. What it finds is compared with the
committed rows: answers are equal, times within `FACTOR` times or `SLACK_S`, since machines differ.

`python -m evidence.fast ROW …` asks, and tells what it found in a line that begins with MARK.
"""

import json
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from evidence.changes import agree
from evidence.environments import environment
from evidence.one import MARK
from evidence.queues import kills, restarts
from evidence.queues.libraries import libraries
from evidence.queues.scenarios import SCENARIOS, Case
from evidence.rows import Row
from evidence.servers.setups import SETUPS
from evidence.servers.shutdown import ended
from evidence.servers.signals import sigterm
from evidence.topics import topics
from evidence.versions.asking import PREFIX, releases, told_by

FACTOR = 10.0
SLACK_S = 5.0  # a process that ends at once takes so long on a machine that has much else to do
AT_ONCE = 9  # all of them: they wait most of the time
MODULES = (kills, restarts)  # which register their scenarios
# Each scenario that is played, with the seconds that it is watched: as few as the answer needs.
CASES = {
    ("web-killed", "background-tasks", "default"): 6.0,
    ("worker-killed", "celery", "default"): 6.0,
    ("child-killed", "celery", "hardened"): 15.0,
    ("broker-restarted", "huey", "default"): 8.0,
}
SERVERS = ("uvicorn-httptools", "granian")
NEWEST = releases()[-1]
Found = Mapping[str, Mapping[str, Any]]  # results by the ids of their rows
Ask = Callable[[], Found]


def _played(case: Case) -> Found:
    return {case.id: case.play()}


def _stopped(row_id: str, server: str) -> Found:
    (setup,) = [one for one in SETUPS if one.name == server]
    found = ended(setup, "async", sigterm)
    return {
        row_id: {
            "async_task_finished": found.marked("finished async"),
            "second_task_started": found.marked("started second"),
            "exit_after_s": found.exit_after_s,
        }
    }


def _newest() -> Found:
    answers = told_by(environment(f"{PREFIX}{NEWEST}"), topics())["answers"]
    return {topics()[name].row_id(NEWEST): found for name, found in answers.items()}


def asked() -> dict[str, Ask]:
    """What asks for each row; the same for several rows, if one run answers for them all."""
    found: dict[str, Ask] = {}
    for (scenario, library, settings), watched_s in CASES.items():
        its = libraries()[library]
        case = Case(SCENARIOS[scenario], its, its.set_up(settings), watched_s)
        found[case.id] = partial(_played, case)
    for server in SERVERS:
        found[f"sigterm-{server}"] = partial(_stopped, f"sigterm-{server}", server)
    return found | {topic.row_id(NEWEST): _newest for topic in topics().values()}


def found_of(row_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What is found of some rows, side by side; of a row that fails, `failed` and the traceback."""
    wanted = {row_id: ask for row_id, ask in asked().items() if row_id in row_ids}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        begun = {ask: pool.submit(ask) for ask in dict.fromkeys(wanted.values())}
        return {row_id: _found(row_id, begun[ask]) for row_id, ask in wanted.items()}


def _found(row_id: str, begun: Future[Found]) -> Mapping[str, Any]:
    try:
        return begun.result()[row_id]
    except Exception:  # the others are told all the same
        return {"failed": traceback.format_exc()}


def different(row: Row, found: Mapping[str, Any]) -> Iterator[str]:
    """Where one run gives another answer than a row; what varied from run to run is none."""
    for key, value in found.items():
        kept = row.result.get(key)
        varied = isinstance(value, bool) and isinstance(kept, str)
        if not varied and not agree(key, kept, value, FACTOR, SLACK_S):
            yield f"{row.id}: {key} is {value!r} now, and {kept!r} is committed"


if __name__ == "__main__":
    print(MARK + json.dumps(found_of(sys.argv[1:])), flush=True)
