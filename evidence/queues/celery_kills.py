"""Celery workers that are killed or stopped in the middle of a job."""

import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from evidence.environments import versions
from evidence.probes import probe
from evidence.processes import happens
from evidence.queues.tools import (
    Workplace,
    about,
    celery_versions,
    repeat,
    same,
    seconds,
    workplace,
)
from evidence.rows import Finding

LATE: dict[str, Any] = {"task_acks_late": True}
FAST_SWEEP = {
    "visibility_timeout": 8,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
KILL = signal.SIGKILL


def _killed_whole(watched_s: float, where: str = "", **settings: Any) -> float | None:
    """Kill worker and children, start it again; seconds from the kill to the second start."""
    with workplace(where=where) as place:
        with place.worker(**settings) as worker:
            place.send("job", 3)
            place.await_marks("started job")
            worker.send(KILL)
            killed = time.time()
        with place.worker(**settings):
            return _second_start(place, killed, watched_s)


def _second_start(place: Workplace, since: float, watched_s: float) -> float | None:
    left_s = since + watched_s - time.time()
    came = happens(lambda: len(place.marks("started job")) > 1, left_s)
    return place.marks("started job")[1] - since if came else None


@probe(watches_s=35, needs=["redis-server"])
def killed_worker_acks_early() -> Iterator[Finding]:
    """Default settings: the message is acknowledged before the job runs."""
    watched_s = 20
    run = partial(_killed_whole, watched_s)
    yield _again("celery-early-ack-kill", repeat(run, 3, at_once=3), watched_s)


@probe(watches_s=260, needs=["redis-server"])
def killed_worker_acks_late() -> Iterator[Finding]:
    """Late acknowledgement: when the message comes back depends on two more settings."""
    yield from _late("celery-late-ack-hour", 20, {}, 2)
    yield from _late("celery-late-ack-slow-sweep", 150, {"visibility_timeout": 8}, 3)
    yield from _late("celery-late-ack-fast-sweep", 40, FAST_SWEEP, 3)


@probe(watches_s=170, needs=["redis-server"])
def killed_worker_of_celery_5_6() -> Iterator[Finding]:
    """The same settings where kombu has no unacked_restore_interval and _throttle yet."""
    where, watched_s = "celery-5_6", 150
    options = {**LATE, "broker_transport_options": FAST_SWEEP}
    again = repeat(partial(_killed_whole, watched_s, where, **options), 3, at_once=3)
    found = _again("celery-5-6-late-ack-fast-sweep", again, watched_s)
    yield replace(found, versions=versions(where, ("celery", "kombu")))


def _late(row_id: str, watched_s: float, options: dict[str, int], runs: int) -> Iterator[Finding]:
    run = partial(_killed_whole, watched_s, **LATE, broker_transport_options=options)
    yield _again(row_id, repeat(run, runs, at_once=runs), watched_s)


def _again(row_id: str, again: list[float | None], watched_s: float) -> Finding:
    """A row of whether, and when, a job ran again in several runs."""
    found: dict[str, Any] = {"run_again": same([one is not None for one in again])}
    if found["run_again"]:
        found["run_again_after_s"] = seconds([one for one in again if one is not None])
    return about(row_id, celery_versions(), {**found, "watched_s": watched_s}, len(again))


def _killed_child(watched_s: float, **settings: Any) -> float | None:
    with workplace() as place, place.worker(**settings) as worker:
        place.send("job", 3)
        place.await_marks("started job")
        (child,) = worker.children()
        worker.kill_one(child)
        killed = time.time()
        worker.says("WorkerLostError")
        return _second_start(place, killed, watched_s)


@probe(watches_s=40, needs=["redis-server"])
def killed_child() -> Iterator[Finding]:
    """The pool's child alone is killed, as the kernel does when memory runs out."""
    watched_s = 15
    for row_id, more in (
        ("celery-child-killed", {}),
        ("celery-child-killed-rejected", {"task_reject_on_worker_lost": True}),
    ):
        run = partial(_killed_child, watched_s, **LATE, **more)
        yield _again(row_id, repeat(run, 3, at_once=3), watched_s)


@probe(watches_s=20, needs=["redis-server"])
def child_killed_each_time() -> Iterator[Finding]:
    """A job whose child is killed at each start: does it ever stop coming back?"""
    kills, settings = 5, {**LATE, "task_reject_on_worker_lost": True}
    with workplace() as place, place.worker(**settings) as worker:
        place.send("job", 60)
        for number in range(1, kills + 1):
            place.await_marks("started job", number)
            (child,) = worker.children()
            worker.kill_one(child)
        happens(lambda: len(place.marks("started job")) > kills, 15)
        came_back = len(place.marks("started job")) - 1
    result = {"kills": kills, "came_back": came_back}
    yield about("celery-child-killed-each-time", celery_versions(), result)


@probe(watches_s=30, needs=["redis-server"])
def stopped_worker() -> Iterator[Finding]:
    """A warm shutdown: SIGTERM to the main process, or to the children, too."""
    for row_id, to_group in (("celery-sigterm", False), ("celery-sigterm-group", True)):
        run = partial(_finishes_in_spite_of_sigterm, to_group)
        result = {"finished": same(repeat(run, 3, at_once=3)), "task_s": 3}
        yield about(row_id, celery_versions(), result, 3)


def _finishes_in_spite_of_sigterm(to_group: bool) -> bool:
    with workplace() as place, place.worker() as worker:
        place.send("job", 3)
        place.await_marks("started job")
        worker.send(signal.SIGTERM, to_group)
        worker.ends()
        return bool(place.marks("finished job"))
