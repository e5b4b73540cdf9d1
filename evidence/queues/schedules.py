"""Schedules: which process starts what is due."""

import time
from collections.abc import Iterator
from typing import Any

from evidence.probes import probe
from evidence.processes import happens
from evidence.queues.tools import about, celery_versions, repeat, same, seconds, workplace
from evidence.rows import Finding

EVERY_SECOND: dict[str, Any] = {
    "beat_schedule": {"tick": {"task": "jobs.job", "schedule": 1.0, "args": ["tick", 0]}}
}


@probe(watches_s=30, needs=["redis-server"])
def celery_beat() -> Iterator[Finding]:
    """A schedule in the settings, with a worker alone, and then with `celery beat`, too."""
    watched_s = 6

    def alone_and_with_beat() -> tuple[bool, float]:
        with workplace() as place, place.worker(**EVERY_SECOND):
            alone = happens(lambda: place.marks("started tick"), watched_s)
            began = time.time()
            beat = ["-m", "celery", "-A", "jobs:celery_app", "beat", "-s", "beat.db"]
            with place.python(beat, **EVERY_SECOND):
                return alone, place.await_marks("started tick", 2) - began

    found = repeat(alone_and_with_beat, 3, at_once=3)
    yield about(
        "celery-beat",
        celery_versions(),
        {
            "worker_alone_runs_it": same([one[0] for one in found]),
            "watched_s": watched_s,
            "second_run_after_beat_started_s": seconds([one[1] for one in found]),
        },
        runs=3,
    )
