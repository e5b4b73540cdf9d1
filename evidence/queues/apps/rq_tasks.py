"""RQ: a plain job, failing ones, a job for later. SETTINGS may hold `retry`, times to try again."""

import json
import os
from datetime import timedelta

from redis import Redis
from rq import Queue, Retry
from work import fail, work

queue = Queue(connection=Redis.from_url(os.environ["BROKER_URL"]))
settings = json.loads(os.environ["SETTINGS"])


def job(name: str, seconds: float) -> None:
    """Take some seconds."""
    work(name, seconds)


def failing(name: str) -> None:
    """Raise an error."""
    fail(name)


def enqueue(kind: str, name: str, seconds: float) -> None:
    """Queue a job of a kind; one for "later" starts after so many seconds."""
    retry = Retry(max=settings["retry"]) if "retry" in settings else None
    timeout = settings.get("job_timeout")
    if kind == "job":
        queue.enqueue(job, name, seconds, retry=retry, job_timeout=timeout)
    elif kind == "later":
        queue.enqueue_in(timedelta(seconds=seconds), job, name, 0)
    elif kind == "failing":
        queue.enqueue(failing, name)
    else:
        queue.enqueue(failing, name, retry=Retry(max=2, interval=1))
