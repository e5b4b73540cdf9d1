"""Dramatiq: a plain job, failing ones, a job for later. It has no schedule of its own.

SETTINGS are arguments of the RedisBroker.
"""

import json
import os

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from work import fail, work

broker = RedisBroker(url=os.environ["BROKER_URL"], **json.loads(os.environ["SETTINGS"]))
dramatiq.set_broker(broker)


@dramatiq.actor
def job(name: str, seconds: float) -> None:
    """Take some seconds."""
    work(name, seconds)


@dramatiq.actor
def failing(name: str) -> None:
    """Raise an error; Dramatiq is told nothing about it."""
    fail(name)


@dramatiq.actor(max_retries=2, min_backoff=1000, max_backoff=1000)
def retrying(name: str) -> None:
    """Raise an error; two more tries, 1 s apart at most, are asked for."""
    fail(name)


def enqueue(kind: str, name: str, seconds: float) -> None:
    """Queue a job of a kind; one for "later" starts after so many seconds."""
    if kind == "job":
        job.send(name, seconds)
    elif kind == "later":
        job.send_with_options(args=(name, 0), delay=int(seconds * 1000))
    else:
        {"failing": failing, "retrying": retrying}[kind].send(name)
