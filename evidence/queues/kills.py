"""What a kill does to a job: of the web process, of the whole worker, of its child."""

import time
from typing import Any

from evidence.processes import ProbeError, happens
from evidence.queues.scenarios import scenario
from evidence.queues.stage import Stage

TASK_S = 3


@scenario(task_s=TASK_S)
def web_killed(place: Stage) -> dict[str, Any]:
    """SIGKILL to the web process right after the response; then a worker starts."""
    with place.web() as web:
        place.post("job", "job", TASK_S).raise_for_status()
        if not place.broker:
            place.await_marks("started job")
        web.kill_all()
    with place.worker():
        finished = place.finishes("job", place.watched_s)
    return {"finished": finished, "starts": len(place.marks("started job"))}


@scenario(task_s=TASK_S)
def worker_killed(place: Stage) -> dict[str, Any]:
    """SIGKILL to a worker and all its children in mid-job; it is started again at once."""
    with place.worker() as worker:
        place.enqueue("job", TASK_S)
        place.await_marks("started job")
        worker.kill_all()
        killed = time.time()
        was_in_the_middle(place)
    with place.worker():
        back_after_s = time.time() - killed
        if back_after_s > place.settings.back_within_s:
            raise ProbeError(f"the worker was back only after {back_after_s:.0f} s")
        return _again(place, killed) | {"worker_back_after_s": back_after_s}


@scenario(task_s=TASK_S)
def child_killed(place: Stage) -> dict[str, Any]:
    """SIGKILL to the one process that runs the job, as when memory runs out; no other help."""
    with place.worker() as worker:
        place.enqueue("job", TASK_S)
        place.await_marks("started job")
        worker.kill_one(place.process_of("job"))
        was_in_the_middle(place)
        return _again(place, time.time()) | {"worker_survives": not worker.ended}


def was_in_the_middle(place: Stage) -> None:
    """Be sure that a signal came in time: on a busy machine a job can end before it.

    Raises:
        ProbeError: it didn't; nothing follows from a job that is not lost then.
    """
    if place.marks("finished job"):
        raise ProbeError("the job had ended before the signal")


def _again(place: Stage, killed: float) -> dict[str, Any]:
    """Whether and when the job starts a second time, and whether it ends then."""

    def again() -> bool:
        return len(place.marks("started job")) > 1

    came = happens(again, killed + place.watched_s - time.time())
    found: dict[str, Any] = {"run_again": came, "finished": False}
    if came:
        found["run_again_after_s"] = place.marks("started job")[1] - killed
        found["finished"] = place.finishes("job", TASK_S + 5)
    return found | {"starts": len(place.marks("started job"))}
