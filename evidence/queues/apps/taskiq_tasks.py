"""taskiq: a plain job, failing ones, a job for later, a schedule.

SETTINGS may have `stream`, arguments of RedisStreamBroker, the broker that taskiq-redis's
documentation begins with; `list`, for a ListQueueBroker; `no_startup`, if who queues does not
start the broker; `nudge_every_s`, how often each worker queues a job that does nothing; `retry`,
arguments of the middleware, whose retries go through the scheduler if there is `retry_by_schedule`.
"""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta

from taskiq import SmartRetryMiddleware, TaskiqEvents, TaskiqScheduler, TaskiqState
from taskiq.schedule_sources import LabelScheduleSource
from taskiq_redis import ListQueueBroker, ListRedisScheduleSource, RedisStreamBroker
from work import fail, work

URL = os.environ["BROKER_URL"]
SETTINGS = json.loads(os.environ["SETTINGS"])
broker: ListQueueBroker | RedisStreamBroker
if "list" in SETTINGS:
    broker = ListQueueBroker(URL)
else:
    broker = RedisStreamBroker(URL, **SETTINGS.get("stream", {}))
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


@broker.task
def nudge() -> None:
    """Do nothing; but whoever takes it looks for lost jobs, too."""


@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def begin_to_nudge(state: TaskiqState) -> None:
    """Have each worker queue a nudge again and again."""
    if "nudge_every_s" in SETTINGS:
        state.nudging = asyncio.create_task(keep_nudging())


async def keep_nudging() -> None:
    """Queue a nudge every few seconds."""
    while True:
        await asyncio.sleep(SETTINGS["nudge_every_s"])
        await nudge.kiq()


async def enqueue(kind: str, name: str, seconds: float) -> None:
    """Queue a job of a kind; one for "later" starts after so many seconds."""
    global _started
    if not _started and "no_startup" not in SETTINGS:
        await broker.startup()
        _started = True
    if kind == "job":
        await job.kiq(name, seconds)
    elif kind == "later":
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        await job.schedule_by_time(later, at, name, 0)
    else:
        await {"failing": failing, "retrying": retrying}[kind].kiq(name)
