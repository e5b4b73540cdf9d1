"""Celery jobs that run twice although nobody was killed: the visibility timeout."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from evidence.probes import probe
from evidence.processes import until
from evidence.queues.celery_kills import LATE
from evidence.queues.tools import about, celery_versions, repeat, workplace
from evidence.rows import Finding


@probe(watches_s=70, needs=["redis-server"])
def too_short_visibility() -> Iterator[Finding]:
    """A job that is longer than the visibility timeout, two workers, nobody is killed."""

    options = {
        "visibility_timeout": 2,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
    }
    settings: dict[str, Any] = {**LATE, "broker_transport_options": options}

    def starts() -> int:
        with (
            workplace() as place,
            place.worker("-n", "a@%h", **settings),
            place.worker("-n", "b@%h", **settings),
        ):
            place.send("job", 12)
            ends = place.await_marks("finished job")
            return sum(start < ends for start in place.marks("started job"))

    counts = repeat(starts, 3, at_once=2)
    yield about(
        "celery-visibility-too-short",
        celery_versions(),
        {"starts": counts, "visibility_timeout_s": 2, "task_s": 12},
        runs=3,
    )


@probe(watches_s=100, needs=["redis-server"])
def waiting_messages() -> Iterator[Finding]:
    """Four jobs, each shorter than the visibility timeout, one child, nobody is killed.

    A worker reserves messages ahead, and the visibility timeout of these runs while they wait.
    """
    counts = {
        "starts": repeat(_starts_of_four, 3, at_once=3),
        "starts_with_prefetch_1": repeat(
            partial(_starts_of_four, worker_prefetch_multiplier=1), 3, 3
        ),
    }
    result = {**counts, "jobs": 4, "task_s": 3, "visibility_timeout_s": 6}
    yield about("celery-prefetched", celery_versions(), result, runs=3)


def _starts_of_four(**more: Any) -> int:
    options = {
        "visibility_timeout": 6,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
    }
    with workplace() as place, place.worker(**LATE, broker_transport_options=options, **more):
        for _ in range(4):
            place.send("job", 3)
        place.await_marks("finished job", 4, within_s=40)
        until(lambda: place.kept() == (0, 0), 40, "an empty broker")
        return len(place.marks("started job"))
