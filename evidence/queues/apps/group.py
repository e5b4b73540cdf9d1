"""Queue a group of four jobs, one of which raises, then a chord over four more; tell what came."""

import json

from celery import chord, group
from jobs import job


def jobs(name: str) -> list:
    """Four jobs of 2 s; the second one raises at once."""
    return [job.si(f"{name}-{n}", -1 if n == 1 else 2) for n in range(4)]


found = group(jobs("group")).apply_async()
for one in found.results:
    one.get(timeout=60, propagate=False)
chord(jobs("chord"), job.si("after", 0)).apply_async().get(timeout=60, propagate=False)
print(json.dumps([one.state for one in found.results]), flush=True)
