"""When jobs run: again after an error, later, on a schedule, side by side, longer than allowed."""

import contextlib
import os
import time
from typing import Any

from evidence.processes import happens
from evidence.queues.scenarios import scenario
from evidence.queues.stage import Stage

JOBS = 40
MANY_S = 6
LATER_S = 3
PERIOD = {"period_s": "schedule_every_s"}
LONG_S = 12
ALONE_S = 5
SETTLED_AFTER_S = 5


@scenario()
def retries(place: Stage) -> dict[str, Any]:
    """A job that raises each time; with settings "asked…", more tries are asked for."""
    kind = "retrying" if place.settings.id.startswith("asked") else "failing"
    with place.worker():
        place.enqueue("fails", kind=kind)
        place.await_marks("started fails")
        time.sleep(place.watched_s)
        starts = place.marks("started fails")
    found = {"retried": len(starts) > 1, "tries": len(starts)}
    later = {"first_retry_after_s": 1, "second_retry_after_s": 2}
    gaps = {key: starts[n] - starts[n - 1] for key, n in later.items() if n < len(starts)}
    return found | gaps


@scenario(delay_s=LATER_S)
def later(place: Stage) -> dict[str, Any]:
    """A job that is to start so many seconds after the call that queues it."""
    with place.worker():
        place.enqueue("later", LATER_S, "later")
        asked = place.await_marks("asks later")
        if not happens(lambda: place.marks("started later"), place.watched_s):
            return {"started": False}
        return {"started": True, "started_after_s": place.marks("started later")[0] - asked}


@scenario(of_library=PERIOD, alone_watched_s=ALONE_S)
def schedule(place: Stage) -> dict[str, Any]:
    """A job that is due again and again, with one process that starts what is due."""
    with place.worker(SCHEDULE="1"):
        if not place.tool.scheduler:
            return {"worker_alone_runs_it": True, "starts_per_period": _per_period(place)}
        alone = happens(lambda: place.marks("started tick"), ALONE_S)
        with place.scheduler():
            return {"worker_alone_runs_it": alone, "starts_per_period": _per_period(place)}


@scenario(of_library=PERIOD)
def schedule_twice(place: Stage) -> dict[str, Any]:
    """The same with two such processes, as when everything is started twice."""
    with contextlib.ExitStack() as stack:
        for number in (1, 2):
            stack.enter_context(place.worker(number, SCHEDULE="1"))
            if place.tool.scheduler:
                stack.enter_context(place.scheduler(number))
        return {"starts_per_period": _per_period(place)}


def _per_period(place: Stage) -> float:
    """How often the job starts each time that it is due, on average over `watched_s`."""
    every_s = place.tool.schedule_every_s
    place.await_marks("started tick", within_s=every_s + 30)
    time.sleep(SETTLED_AFTER_S)
    since = time.time()
    time.sleep(place.watched_s)
    starts = [at for at in place.marks("started tick") if since <= at < since + place.watched_s]
    return len(starts) * every_s / place.watched_s


@scenario(jobs=JOBS, task_s=MANY_S, cpu_count=os.cpu_count() or 0)
def concurrency(place: Stage) -> dict[str, Any]:
    """Many jobs wait when the worker starts: how many run side by side?"""
    with contextlib.ExitStack() as stack:
        if place.broker:
            place.enqueue("many", MANY_S, count=JOBS)
        stack.enter_context(place.worker())
        if not place.broker:
            place.enqueue("many", MANY_S, count=JOBS)
        time.sleep(place.watched_s)
        return {"jobs_at_once": place.at_once("many")}


@scenario(task_s=LONG_S)
def longer_than_visibility(place: Stage) -> dict[str, Any]:
    """A job that takes longer than its message stays hidden; two workers, nobody is killed."""
    with place.worker(1), place.worker(2):
        place.enqueue("long", LONG_S)
        place.await_marks("started long")
        time.sleep(place.watched_s)
        return {
            "starts": len(place.marks("started long")),
            "finished_count": len(place.marks("finished long")),
            "jobs_at_once": place.at_once("long"),
        }
