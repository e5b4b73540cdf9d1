"""Celery: a plain job, failing ones, a job for later, a schedule."""

import json
import os

from celery import Celery
from work import fail, work

celery_app = Celery("celery_tasks", broker=os.environ["BROKER_URL"])
celery_app.conf.update(json.loads(os.environ["SETTINGS"]))
if "SCHEDULE" in os.environ:
    tick = {"task": "celery_tasks.job", "schedule": 1.0, "args": ["tick", 0]}
    celery_app.conf.beat_schedule = {"tick": tick}


@celery_app.task
def job(name: str, seconds: float) -> None:
    """Take some seconds."""
    work(name, seconds)


@celery_app.task
def failing(name: str) -> None:
    """Raise an error; Celery is told nothing about it."""
    fail(name)


@celery_app.task(autoretry_for=(Exception,), max_retries=2, default_retry_delay=1)
def retrying(name: str) -> None:
    """Raise an error; two more tries, 1 s apart, are asked for."""
    fail(name)


def enqueue(kind: str, name: str, seconds: float) -> None:
    """Queue a job of a kind; one for "later" starts after so many seconds."""
    if kind == "job":
        job.delay(name, seconds)
    elif kind == "later":
        job.apply_async([name, 0], countdown=seconds)
    else:
        {"failing": failing, "retrying": retrying}[kind].delay(name)
