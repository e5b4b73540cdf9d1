"""arq: a plain job, failing ones, a job for later, a schedule. SETTINGS are the worker's."""

import json
import os
from typing import Any

from arq import Retry, create_pool, cron
from arq.connections import ArqRedis, RedisSettings
from work import async_work, begin, fail

redis_settings = RedisSettings.from_dsn(os.environ["BROKER_URL"])
pools: list[ArqRedis] = []


async def job(_: dict[str, Any], name: str, seconds: float) -> None:
    """Take some seconds."""
    await async_work(name, seconds)


async def failing(_: dict[str, Any], name: str) -> None:
    """Raise an error."""
    fail(name)


async def retrying(ctx: dict[str, Any], name: str) -> None:
    """Raise what asks for another try in 1 s; two are."""
    begin(name)
    if ctx["job_try"] <= 2:
        raise Retry(defer=1)
    raise ValueError(name)


async def tick(_: dict[str, Any]) -> None:
    """Be due each second."""
    await async_work("tick", 0)


class WorkerSettings:
    """What `arq arq_tasks.WorkerSettings` reads."""

    functions = [job, failing, retrying]  # noqa: RUF012 - as arq's documentation writes it
    redis_settings = redis_settings


for key, value in json.loads(os.environ["SETTINGS"]).items():
    setattr(WorkerSettings, key, value)
if "SCHEDULE" in os.environ:
    WorkerSettings.cron_jobs = [cron(tick, second=set(range(60)))]  # type: ignore[attr-defined]


async def enqueue(kind: str, name: str, seconds: float) -> None:
    """Queue a job of a kind; one for "later" starts after so many seconds."""
    if not pools:
        pools.append(await create_pool(redis_settings))
    if kind == "job":
        await pools[0].enqueue_job("job", name, seconds)
    elif kind == "later":
        await pools[0].enqueue_job("job", name, 0, _defer_by=seconds)
    else:
        await pools[0].enqueue_job(kind, name)
