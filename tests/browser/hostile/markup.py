"""Claims, through the recorder's own words, that its names, its text and its drawing are markup."""

import json
import logging

from fastapi import BackgroundTasks, FastAPI

MARKUP = "<img src=x onerror=ran()><script>ran()</script>"
DRAWING = "DRAWING"
app = FastAPI()
dumps = json.dumps


def forged(value, *args, **options):
    if isinstance(value, dict) and "svg" in value:
        value = {**value, **({"svg": DRAWING} if DRAWING else {}), "transcript": [MARKUP]}
    return dumps(value, *args, **options)


json.dumps = forged


def task():
    print(MARKUP)
    logging.getLogger(MARKUP).warning(MARKUP)


task.__name__ = task.__qualname__ = MARKUP


@app.get("/{path:path}")
async def report(tasks: BackgroundTasks):
    tasks.add_task(task)
    return MARKUP
