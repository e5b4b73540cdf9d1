"""Jobs for RQ, and what queues them; runs in an environment of its own."""

import sys
import time
from datetime import timedelta

from redis import Redis
from rq import Queue


def mark(what: str, name: str) -> None:
    """Add a line to marks.txt."""
    with open("marks.txt", "a", encoding="utf-8") as marks:  # noqa: PTH123 - as readers write it
        marks.write(f"{time.time()} {what} {name}\n")


def job(name: str, seconds: float) -> None:
    """Take some seconds."""
    mark("started", name)
    time.sleep(seconds)
    mark("finished", name)


if __name__ == "__main__":
    queue = Queue(connection=Redis.from_url(sys.argv[1]))
    if sys.argv[2] == "now":
        queued = queue.enqueue("rq_jobs.job", "job", 3)
    elif sys.argv[2] == "limit":
        queued = queue.enqueue("rq_jobs.job", "job", 6, job_timeout=2)
    else:
        queued = queue.enqueue_in(timedelta(seconds=1), "rq_jobs.job", "job", 0)
    print(queued.timeout, flush=True)
