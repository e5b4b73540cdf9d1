"""Prints how long the first and the second `.delay()` of a fresh process take, in seconds."""

import json
import time

from jobs import job

took = []
for name in ("first", "second"):
    began = time.perf_counter()
    job.delay(name, 0)
    took.append(time.perf_counter() - began)
print(json.dumps(took))
