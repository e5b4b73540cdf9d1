"""Clients that leave, directly and behind nginx."""

import time
from collections.abc import Iterator

from evidence.probes import probe
from evidence.processes import happens, until
from evidence.repeating import each, same
from evidence.rows import Finding, Value
from evidence.servers.setups import SETUPS, Setup
from evidence.serving import APPS, PATIENCE_S

CLAIM = "keep-alive-connection"
# When a client leaves: what it asks for, whether it reads the answer, and which task is watched.
MOMENTS = {
    "before_the_response": ("/slow/async?seconds=2", False, "slow", "async"),
    "during_the_response": ("/response?seconds=2", False, "response", "after"),
    "during_the_task": ("/async?seconds=2", True, "async", "async"),
}
WATCHED_S = 8.0
RUNS = 3
Case = tuple[Setup, str, str]


def finished(case: Case) -> bool:
    """Whether a task ends although its client has left."""
    setup, proxy, moment = case
    path, reads, begun, task = MOMENTS[moment]
    with setup.serving(APPS / "tasks.py", proxy=proxy) as seen:
        connection = seen.connect()
        connection.request("POST", path)
        if reads:
            connection.getresponse().read()
        started = f"started {begun}\n"
        until(lambda: started in seen.log, PATIENCE_S, f"{started!r} {proxy} of {seen.program}")
        time.sleep(0.5)  # in the midst of the 2 s
        connection.close()
        return happens(lambda: f"finished {task}\n" in seen.log, WATCHED_S)


@probe(watches_s=90, needs=["nginx"])
def client_gone() -> Iterator[Finding]:
    """Clients that leave at three moments."""
    fronts = [(setup, proxy) for setup in SETUPS for proxy in ("", "nginx")]
    cases = [(*front, moment) for front in fronts for moment in MOMENTS]
    found = each(finished, cases, RUNS, at_once=8)
    for setup, proxy in fronts:
        values: dict[str, Value] = {
            f"task_finished_client_left_{moment}": same(found[setup, proxy, moment], moment)
            for moment in MOMENTS
        }
        values["watched_s"] = WATCHED_S
        yield setup.finding("client-gone", CLAIM, values, RUNS, proxy=proxy)
