"""Prints what a job without a result backend answers when it is asked for its result."""

import json

from jobs import job


def _error(ask: object) -> str:
    try:
        ask()  # type: ignore[operator]
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


queued = job.delay("job", 0)
print(json.dumps([_error(lambda: queued.get(timeout=1)), _error(lambda: queued.status)]))
