"""A Celery app whose one job marks in a file when it starts and ends.

The broker's address comes from CELERY_BROKER_URL, settings from SETTINGS, as JSON.
"""

import json
import os
import time

from celery import Celery

celery_app = Celery("jobs")
celery_app.conf.update(json.loads(os.environ.get("SETTINGS", "{}")))


def mark(what: str, name: str) -> None:
    """Add a line to marks.txt; short lines that are appended don't mix."""
    with open("marks.txt", "a", encoding="utf-8") as marks:  # noqa: PTH123 - as readers write it
        marks.write(f"{time.time()} {what} {name}\n")


@celery_app.task
def job(name: str, seconds: float) -> None:
    """Take some seconds; less than none is an error."""
    mark("started", name)
    time.sleep(seconds)
    mark("finished", name)
