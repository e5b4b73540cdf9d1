"""What real servers do; the clock here is the machine's."""

from evidence.servers.failing_tasks import (
    caught_handled_exception,
    cut_off_by_shutdown,
    error_in_the_log,
    error_on_the_connection,
    http_middleware,
    rollback,
)
from evidence.servers.response_end import response_end

__all__ = [
    "caught_handled_exception",
    "cut_off_by_shutdown",
    "error_in_the_log",
    "error_on_the_connection",
    "http_middleware",
    "response_end",
    "rollback",
]
