"""taskiq: a plain job, failing ones, a job for later, a schedule.

SETTINGS may have `stream`, arguments of RedisStreamBroker; without it the broker is the
ListQueueBroker that the documentation begins with. `retry` holds arguments of the middleware, and
`retry_by_schedule` says that its retries go through the scheduler.
"""

import json
import os
from datetime import UTC, datetime, timedelta

from taskiq import SmartRetryMiddleware, TaskiqScheduler
from taskiq.schedule_sources import LabelScheduleSource
from taskiq_redis import ListQueueBroker, ListRedisScheduleSource, RedisStreamBroker
from work import fail, work

URL = os.environ["BROKER_URL"]
SETTINGS = json.loads(os.environ["SETTINGS"])
stream = SETTINGS.get("stream")
broker = ListQueueBroker(URL) if stream is None else RedisStreamBroker(URL, **stream)
later = ListRedisScheduleSource(URL)
if "retry" in SETTINGS:
    by = later if SETTINGS.get("retry_by_schedule") else None
    broker.add_middlewares(SmartRetryMiddleware(schedule_source=by, **SETTINGS["retry"]))
scheduler = TaskiqScheduler(broker, [LabelScheduleSource(broker), later])
EACH_SECOND = [{"interval": 1, "args": ["tick", 0]}] if "SCHEDULE" in os.environ else []
_started = False


@broker.task(schedule=EACH_SECOND)
def job(name: str, seconds: float) -> None:
    """Take some seconds."""
    work(name, seconds)


@broker.task
def failing(name: str) -> None:
    """Raise an error; taskiq is told nothing about it."""
    fail(name)


@broker.task(retry_on_error=True)
def retrying(name: str) -> None:
    """Raise an error; the middleware is asked to try again."""
    fail(name)


async def enqueue(kind: str, name: str, seconds: float) -> None:
    """Queue a job of a kind; one for "later" starts after so many seconds."""
    global _started
    if not _started:
        await broker.startup()
        _started = True
    if kind == "job":
        await job.kiq(name, seconds)
    elif kind == "later":
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        await job.schedule_by_time(later, at, name, 0)
    else:
        await {"failing": failing, "retrying": retrying}[kind].kiq(name)
