"""Procrastinate, in a PostgreSQL: a plain job, failing ones, a job for later, a schedule.

SETTINGS may have `worker`, the defaults of each worker, and `rescue_after_s`: how long a worker is
silent until its jobs are started again.
"""

import json
import os

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from work import fail, work

SETTINGS = json.loads(os.environ["SETTINGS"])
app = App(
    connector=PsycopgConnector(conninfo=os.environ["BROKER_URL"]),
    worker_defaults=SETTINGS.get("worker", {}),
)
_opened = False


@app.task
def job(name: str, seconds: float) -> None:
    """Take some seconds."""
    work(name, seconds)


@app.task
def failing(name: str) -> None:
    """Raise an error; Procrastinate is told nothing about it."""
    fail(name)


@app.task(retry=RetryStrategy(max_attempts=2, wait=1))
def retrying(name: str) -> None:
    """Raise an error; two more tries, 1 s apart, are asked for: the first is not counted."""
    fail(name)


if "SCHEDULE" in os.environ:

    @app.periodic(cron="* * * * * *")
    @app.task
    def tick(timestamp: int) -> None:
        """Run each second."""
        work("tick", 0)


if "rescue_after_s" in SETTINGS:

    @app.periodic(cron="* * * * * *")
    @app.task(queueing_lock="rescue", pass_context=True)
    async def rescue(context: JobContext, timestamp: int) -> None:
        """Start the jobs of silent workers again, each second; nobody else does."""
        manager = context.app.job_manager
        silent_s = SETTINGS["rescue_after_s"]
        for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=silent_s):
            await manager.retry_job(stalled)


async def enqueue(kind: str, name: str, seconds: float) -> None:
    """Queue a job of a kind; one for "later" starts after so many seconds."""
    global _opened
    if not _opened:
        await app.open_async()
        _opened = True
    if kind == "job":
        await job.defer_async(name=name, seconds=seconds)
    elif kind == "later":
        await job.configure(schedule_in={"seconds": seconds}).defer_async(name=name, seconds=0)
    else:
        await {"failing": failing, "retrying": retrying}[kind].defer_async(name=name)
