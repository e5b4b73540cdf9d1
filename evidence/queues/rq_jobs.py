"""RQ, in an environment of its own: its timeout, its schedule, a killed worker."""

import time
from collections.abc import Iterator

from evidence import redis_server
from evidence.environments import environment, versions
from evidence.probes import probe
from evidence.processes import Program, happens, python_program
from evidence.queues.tools import Workplace, about, repeat, same, seconds, workplace
from evidence.rows import Finding


def _versions() -> dict[str, str]:
    found = versions("rq", ["rq", "redis"])
    return {"rq": found["rq"], "redis-server": redis_server.version(), "redis-py": found["redis"]}


def _worker(place: Workplace, *options: str) -> Program:
    python = environment("rq")
    command = ["-m", "rq.cli", "worker", "--url", place.broker, *options]
    worker = python_program(command, place.folder, python)
    worker.says("Listening on")
    return worker


def _queue(place: Workplace, how: str) -> int:
    """Queue a job; its timeout in seconds."""
    command = ["rq_jobs.py", place.broker, how]
    with python_program(command, place.folder, environment("rq")) as program:
        program.ends()
        return int(program.output.splitlines()[-1])


@probe(watches_s=30, needs=["redis-server"])
def rq_timeout() -> Iterator[Finding]:
    """The time limit that each job has."""
    with workplace() as place, _worker(place) as worker:
        default_s = _queue(place, "now")
        place.await_marks("finished job")
        _queue(place, "limit")
        worker.says("JobTimeoutException")
        lines = worker.output.splitlines()
        raised = next(line for line in reversed(lines) if "JobTimeoutException: " in line)
    yield about(
        "rq-timeout",
        _versions(),
        {"default_timeout_s": default_s, "raises": raised.partition("rq.timeouts.")[2] or raised},
    )


@probe(watches_s=30, needs=["redis-server"])
def rq_schedule() -> Iterator[Finding]:
    """`enqueue_in(1 s)` with a plain worker, and with one that also schedules."""
    watched_s = 8

    def plain_and_scheduling() -> tuple[bool, float]:
        with workplace() as place:
            with _worker(place):
                _queue(place, "later")
                plain = happens(lambda: place.marks("started job"), watched_s)
            began = time.time()
            with _worker(place, "--with-scheduler"):
                return plain, place.await_marks("started job") - began

    found = repeat(plain_and_scheduling, 3, at_once=3)
    yield about(
        "rq-schedule",
        _versions(),
        {
            "plain_worker_runs_it": same([one[0] for one in found]),
            "watched_s": watched_s,
            "scheduling_worker_runs_it_after_s": seconds([one[1] for one in found]),
        },
        runs=3,
    )


@probe(watches_s=40, needs=["redis-server"])
def rq_killed_worker() -> Iterator[Finding]:
    """SIGKILL to worker and work-horse in mid-job, default settings, restarted."""
    watched_s = 20

    def again() -> bool:
        with workplace() as place:
            with _worker(place) as worker:
                _queue(place, "now")
                place.await_marks("started job")
                worker.kill_all()
            with _worker(place):
                return happens(lambda: len(place.marks("started job")) > 1, watched_s)

    yield about(
        "rq-kill",
        _versions(),
        {"run_again": same(repeat(again, 3, at_once=3)), "watched_s": watched_s},
        runs=3,
    )
