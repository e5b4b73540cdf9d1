"""What real servers do; the clock here is the machine's."""

from evidence.servers.clients import client_gone
from evidence.servers.commits import commit_on_postgres
from evidence.servers.connections import error_on_the_connection, failure_on_the_connection
from evidence.servers.created import created_and_awaited
from evidence.servers.deployed import deployed
from evidence.servers.failing_tasks import (
    caught_handled_exception,
    cut_off_by_shutdown,
    error_in_the_log,
    http_middleware,
    rollback,
)
from evidence.servers.files import temporary_files
from evidence.servers.frozen import frozen_after_the_response
from evidence.servers.graceful import graceful_shutdown, played_graceful_shutdown
from evidence.servers.idempotent import idempotent_at_once
from evidence.servers.latency import beside_a_task, beside_many_tasks
from evidence.servers.loads import (
    blocked_loop,
    broken_process_pool,
    limit_concurrency,
    limits_per_process,
)
from evidence.servers.lost_answers import lost_answers, played_on_one_connection
from evidence.servers.mangum import mangum_waits
from evidence.servers.memory import memory_of_waiting_tasks
from evidence.servers.outbox import outbox_killed, outbox_played, outbox_shared
from evidence.servers.own_session import own_session_on_postgres
from evidence.servers.played import played_computing, played_timeouts
from evidence.servers.reload import reloaded_by_uvicorn
from evidence.servers.response_end import response_end
from evidence.servers.restart import requests_during_shutdown
from evidence.servers.shutdown import (
    killed,
    killed_after_a_grace,
    stopped_by_sigint,
    stopped_by_sigterm,
    stopped_by_sigterm_to_all,
    stopped_by_sigterm_with_settings,
)
from evidence.servers.stored_failures import killed_in_a_try, retried_by_two_workers
from evidence.servers.timeouts import gunicorn_timeout, long_tasks, uvicorn_healthcheck
from evidence.servers.watched import (
    events_behind_nginx,
    killed_process_of_a_job,
    status_of_two_workers,
)

__all__ = [
    "beside_a_task",
    "beside_many_tasks",
    "blocked_loop",
    "broken_process_pool",
    "caught_handled_exception",
    "client_gone",
    "commit_on_postgres",
    "created_and_awaited",
    "cut_off_by_shutdown",
    "deployed",
    "error_in_the_log",
    "error_on_the_connection",
    "events_behind_nginx",
    "failure_on_the_connection",
    "frozen_after_the_response",
    "graceful_shutdown",
    "gunicorn_timeout",
    "http_middleware",
    "idempotent_at_once",
    "killed",
    "killed_after_a_grace",
    "killed_in_a_try",
    "killed_process_of_a_job",
    "limit_concurrency",
    "limits_per_process",
    "long_tasks",
    "lost_answers",
    "mangum_waits",
    "memory_of_waiting_tasks",
    "outbox_killed",
    "outbox_played",
    "outbox_shared",
    "own_session_on_postgres",
    "played_computing",
    "played_graceful_shutdown",
    "played_on_one_connection",
    "played_timeouts",
    "reloaded_by_uvicorn",
    "requests_during_shutdown",
    "response_end",
    "retried_by_two_workers",
    "rollback",
    "status_of_two_workers",
    "stopped_by_sigint",
    "stopped_by_sigterm",
    "stopped_by_sigterm_to_all",
    "stopped_by_sigterm_with_settings",
    "temporary_files",
    "uvicorn_healthcheck",
]
