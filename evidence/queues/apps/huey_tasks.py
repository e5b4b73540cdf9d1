"""Huey: a plain job, failing ones, a job for later, a schedule.

SETTINGS may have `retries`, for the plain job.
"""

import json
import os

from huey import RedisHuey, crontab
from work import fail, work

SETTINGS = json.loads(os.environ["SETTINGS"])
huey = RedisHuey(url=os.environ["BROKER_URL"])


@huey.task(retries=SETTINGS.get("retries", 0))
def job(name: str, seconds: float) -> None:
    """Take some seconds."""
    work(name, seconds)


@huey.task()
def failing(name: str) -> None:
    """Raise an error; Huey is told nothing about it."""
    fail(name)


@huey.task(retries=2, retry_delay=1)
def retrying(name: str) -> None:
    """Raise an error; two more tries, 1 s apart, are asked for."""
    fail(name)


if "SCHEDULE" in os.environ:

    @huey.periodic_task(crontab())
    def tick() -> None:
        """Run each minute: there is no shorter period."""
        work("tick", 0)


def enqueue(kind: str, name: str, seconds: float) -> None:
    """Queue a job of a kind; one for "later" starts after so many seconds."""
    if kind == "job":
        job(name, seconds)
    elif kind == "later":
        job.schedule(args=(name, 0), delay=seconds)
    else:
        {"failing": failing, "retrying": retrying}[kind](name)
