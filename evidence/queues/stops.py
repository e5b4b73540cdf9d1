"""What a worker that is told to stop does with its job: SIGTERM, as at each deployment."""

import signal
import time
from typing import Any

from evidence.processes import happens
from evidence.queues.kills import was_in_the_middle
from evidence.queues.scenarios import scenario
from evidence.queues.stage import Stage

TASK_S = 6
GRACE_S = 20


@scenario(task_s=TASK_S, grace_s=GRACE_S)
def worker_stopped(place: Stage) -> dict[str, Any]:
    """SIGTERM to a worker's main process in mid-job, SIGKILL after a grace; then another starts."""
    with place.worker() as worker:
        place.enqueue("job", TASK_S)
        place.await_marks("started job")
        worker.send(signal.SIGTERM, to_group=False)
        asked = time.time()
        was_in_the_middle(place)
        ended = happens(lambda: worker.ended, GRACE_S)
        found: dict[str, Any] = {"ended": ended}
        if ended:
            found["ended_after_s"] = time.time() - asked
        worker.kill_all()
    found["finished_before_end"] = bool(place.marks("finished job"))
    with place.worker():
        found["run_again"] = happens(lambda: len(place.marks("started job")) > 1, place.watched_s)
        if found["run_again"]:
            place.finishes("job", TASK_S + 5)
    return found | {
        "starts": len(place.marks("started job")),
        "finished_count": len(place.marks("finished job")),
    }
