"""Queues and web servers: what is killed, what runs again, what a call costs.

Real workers, a real Redis, a real uvicorn; short stand-ins for long tasks. `compared` puts the same
questions to every library; the other modules ask what matters to one of them alone.
"""

from evidence.queues.celery_async import (
    broker_down_with_backend,
    coroutines,
    silent_broker,
)
from evidence.queues.celery_calls import (
    broker_down,
    celery_without_redis,
    concurrency,
    failed_job,
    first_call,
    no_result_backend,
)
from evidence.queues.celery_group import group_with_a_failure
from evidence.queues.celery_kills import (
    child_killed_each_time,
    killed_child,
    killed_worker_acks_early,
    killed_worker_acks_late,
    killed_worker_of_celery_5_6,
    stopped_worker,
)
from evidence.queues.celery_visibility import too_short_visibility, waiting_messages
from evidence.queues.compared import probes
from evidence.queues.handed import handed_to_celery, handed_to_rq
from evidence.queues.played import played
from evidence.queues.rq_jobs import rq_killed_worker, rq_schedule, rq_timeout
from evidence.queues.schedules import celery_beat
from evidence.queues.web import (
    full_thread_pool,
    killed_web_process,
    long_tasks,
    stopped_web_process,
)

__all__ = [
    "broker_down",
    "broker_down_with_backend",
    "celery_beat",
    "celery_without_redis",
    "child_killed_each_time",
    "concurrency",
    "coroutines",
    "failed_job",
    "first_call",
    "full_thread_pool",
    "group_with_a_failure",
    "handed_to_celery",
    "handed_to_rq",
    "killed_child",
    "killed_web_process",
    "killed_worker_acks_early",
    "killed_worker_acks_late",
    "killed_worker_of_celery_5_6",
    "long_tasks",
    "no_result_backend",
    "played",
    "rq_killed_worker",
    "rq_schedule",
    "rq_timeout",
    "silent_broker",
    "stopped_web_process",
    "stopped_worker",
    "too_short_visibility",
    "waiting_messages",
]

globals().update(probes())
