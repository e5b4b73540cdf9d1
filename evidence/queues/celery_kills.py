"""Celery workers that are killed or stopped in the middle of a job."""

import signal
import time
from collections.abc import Iterator
from typing import Any

from evidence.probes import probe
from evidence.processes import happens
from evidence.queues.tools import (
    CLAIM,
    Workplace,
    celery_versions,
    repeat,
    same,
    seconds,
    workplace,
)
from evidence.rows import Finding

LATE = {"task_acks_late": True}
KILL = signal.SIGKILL


def _killed_whole(watched_s: float, **settings: Any) -> float | None:
    """Kill worker and children, start it again; seconds from the kill to the second start."""
    with workplace() as place:
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


@probe
def killed_worker_acks_early() -> Iterator[Finding]:
    """Default settings: the message is acknowledged before the job runs."""
    watched_s = 20
    again = repeat(lambda: _killed_whole(watched_s), 3, at_once=3)
    yield Finding(
        "celery-early-ack-kill",
        CLAIM,
        {
            "zh": "默认配置，任务执行到一半，整个 worker 被 SIGKILL，随即重启：任务会重新执行吗？",
            "en": "Default settings, SIGKILL to the whole worker in mid-task, restarted at once: "
            "does the task run again?",
        },
        celery_versions(),
        {"run_again": same([one is not None for one in again]), "watched_s": watched_s},
        runs=3,
    )


@probe
def killed_worker_acks_late() -> Iterator[Finding]:
    """Late acknowledgement: when the message comes back depends on two more settings."""
    yield from _late("celery-late-ack-hour", 20, {}, 2)
    yield from _late("celery-late-ack-slow-sweep", 150, {"visibility_timeout": 8}, 3)
    fast = {
        "visibility_timeout": 8,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
    }
    yield from _late("celery-late-ack-fast-sweep", 40, fast, 3)


def _late(row_id: str, watched_s: float, options: dict[str, int], runs: int) -> Iterator[Finding]:
    settings = {**LATE, "broker_transport_options": options}
    again = repeat(lambda: _killed_whole(watched_s, **settings), runs, at_once=runs)
    came = same([one is not None for one in again])
    told = ", ".join(f"{key}={value}" for key, value in options.items())
    found: dict[str, Any] = {"run_again": came}
    if came:
        found["run_again_after_s"] = seconds([one for one in again if one is not None])
    yield Finding(
        row_id,
        CLAIM,
        {
            "zh": f"acks_late，{told or '其余默认'}，worker 被 SIGKILL 后重启：多久后重新执行？",
            "en": f"acks_late, {told or 'the rest default'}, SIGKILL to the whole worker, "
            "restarted: when does the task run again?",
        },
        celery_versions(),
        {**found, "watched_s": watched_s},
        runs=runs,
    )


def _killed_child(watched_s: float, **settings: Any) -> float | None:
    with workplace() as place, place.worker(**settings) as worker:
        place.send("job", 3)
        place.await_marks("started job")
        (child,) = worker.children()
        worker.kill_one(child)
        killed = time.time()
        worker.says("WorkerLostError")
        return _second_start(place, killed, watched_s)


@probe
def killed_child() -> Iterator[Finding]:
    """The pool's child alone is killed, as the kernel does when memory runs out."""
    watched_s = 15
    for row_id, more in (
        ("celery-child-killed", {}),
        ("celery-child-killed-rejected", {"task_reject_on_worker_lost": True}),
    ):
        settings = {**LATE, **more}
        again = repeat(lambda s=settings: _killed_child(watched_s, **s), 3, at_once=3)  # type: ignore[misc]
        found: dict[str, Any] = {"run_again": same([one is not None for one in again])}
        if found["run_again"]:
            found["run_again_after_s"] = seconds([one for one in again if one is not None])
        told = ", ".join(["task_acks_late", *more])
        yield Finding(
            row_id,
            CLAIM,
            {
                "zh": f"{told}，只杀掉执行任务的子进程（SIGKILL）：任务会重新执行吗？",
                "en": f"{told}, SIGKILL to the pool's child alone: does the task run again?",
            },
            celery_versions(),
            {**found, "watched_s": watched_s},
            runs=3,
        )


@probe
def too_short_visibility() -> Iterator[Finding]:
    """A job that is longer than the visibility timeout, two workers, nobody is killed."""

    def starts() -> int:
        options = {
            "visibility_timeout": 2,
            "unacked_restore_interval": 1,
            "unacked_restore_throttle": 1,
        }
        settings: dict[str, Any] = {**LATE, "broker_transport_options": options}
        with (
            workplace() as place,
            place.worker("-n", "a@%h", **settings),
            place.worker("-n", "b@%h", **settings),
        ):
            place.send("job", 8)
            ends = place.await_marks("finished job")
            return sum(start < ends for start in place.marks("started job"))

    counts = repeat(starts, 3, at_once=2)
    yield Finding(
        "celery-visibility-too-short",
        CLAIM,
        {
            "zh": "可见性超时 2 秒，任务要 8 秒，两个 worker，谁也没被杀：任务结束前开始了几次？",
            "en": "Visibility timeout 2 s, a task of 8 s, two workers, nobody is killed: how often "
            "has it been started when it first ends?",
        },
        celery_versions(),
        {"starts": counts, "visibility_timeout_s": 2, "task_s": 8},
        runs=3,
    )


@probe
def stopped_worker() -> Iterator[Finding]:
    """A warm shutdown: SIGTERM to the main process, or to the children, too."""
    for row_id, to_group, zh, en in (
        ("celery-sigterm", False, "只发给主进程", "to the main process"),
        ("celery-sigterm-group", True, "发给整个进程组", "to the whole process group"),
    ):

        def finished(to_group: bool = to_group) -> bool:
            with workplace() as place, place.worker() as worker:
                place.send("job", 3)
                place.await_marks("started job")
                worker.send(signal.SIGTERM, to_group)
                worker.ends()
                return bool(place.marks("finished job"))

        yield Finding(
            row_id,
            CLAIM,
            {
                "zh": f"默认配置，任务执行到一半，SIGTERM {zh}：任务做完了吗？",
                "en": f"Default settings, SIGTERM {en} in mid-task: does the task finish?",
            },
            celery_versions(),
            {"finished": same(repeat(finished, 3, at_once=3)), "task_s": 3},
            runs=3,
        )
