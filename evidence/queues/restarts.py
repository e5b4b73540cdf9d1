"""What a restart of the broker does: to a job that waits, to one that runs, to the next one."""

import contextlib
import time
from typing import Any

from evidence.processes import ProbeError, happens
from evidence.queues.scenarios import scenario
from evidence.queues.stage import Stage

TASK_S = 6
DOWN_S = 1


@scenario(task_s=TASK_S, down_given_s=DOWN_S, keeps=True)
def broker_restarted(place: Stage) -> dict[str, Any]:
    """SIGTERM to the broker, which saves its data as it does by default, then started again."""
    return _restarted(place)


@scenario(task_s=TASK_S, down_given_s=DOWN_S)
def broker_emptied(place: Stage) -> dict[str, Any]:
    """The same with a broker that saves nothing: it comes back empty."""
    return _restarted(place)


def _restarted(place: Stage) -> dict[str, Any]:
    place.enqueue("waiting")
    _restart(place)
    with place.worker() as worker, contextlib.ExitStack() as stack:
        waiting = place.finishes("waiting", place.watched_s)
        place.enqueue("running", TASK_S)
        place.await_marks("started running")
        _restart(place)
        place.enqueue("next")
        finished = place.finishes("next", place.watched_s)
        survives = not worker.ended
        if not survives:  # as whatever keeps it running would do
            stack.enter_context(place.worker())
            finished = place.finishes("next", place.watched_s)
        running = place.finishes("running", TASK_S)
        happens(lambda: len(place.marks("started running")) > 1, place.watched_s)
        return {
            "waiting_finished": waiting,
            "running_finished": running,
            "running_starts": len(place.marks("started running")),
            "worker_survives": survives,
            "next_finished": finished,
        }


def _restart(place: Stage) -> None:
    if not place.broker:
        raise ProbeError(f"{place.tool.name} has no broker to restart")
    place.broker.stop()
    time.sleep(DOWN_S)
    place.broker.start()
