"""Celery's group and chord, when one of their jobs fails."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from evidence.probes import probe
from evidence.processes import happens
from evidence.queues.tools import QUESTIONS, celery_versions, repeat, same, seconds, workplace
from evidence.rows import Finding

_WATCHED_S = 8


def _one_fails() -> dict[str, Any]:
    with ExitStack() as stack:
        place = stack.enter_context(workplace())
        settings: dict[str, Any] = {"worker_prefetch_multiplier": 1}
        settings["result_backend"] = place.broker
        for name in ("one@%h", "two@%h"):
            stack.enter_context(place.worker("-n", name, **settings))
        with place.python(["group.py"], **settings) as program:
            program.ends()
            outcomes = json.loads(program.output.splitlines()[-1])
        finished = [one for n in range(4) for one in place.marks(f"finished group-{n}")]
        began = min(one for n in range(4) for one in place.marks(f"started group-{n}"))
        after = happens(lambda: place.marks("started after"), _WATCHED_S)
    return {
        "outcomes": " ".join(outcomes),
        "finished_count": len(finished),
        "took_s": max(finished) - began,
        "callback_ran": after,
    }


@probe(watches_s=120, needs=["redis-server"])
def group_with_a_failure() -> Iterator[Finding]:
    """Four jobs of 2 s, one of which raises, on two workers with one child each."""
    found = repeat(_one_fails, 3)
    result = {key: same([one[key] for one in found]) for key in ("outcomes", "finished_count")}
    yield Finding(
        "celery-group",
        "fan-out",
        QUESTIONS["celery-group"],
        celery_versions(),
        {
            **result,
            "took_s": seconds([one["took_s"] for one in found]),
            "chord_callback_ran": same([one["callback_ran"] for one in found]),
            "jobs": 4,
            "task_s": 2,
            "watched_s": _WATCHED_S,
        },
        3,
    )
