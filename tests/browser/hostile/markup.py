"""Claims, through the recorder's own mouth, that its names, texts and drawing are markup."""

import logging

from fastapi import BackgroundTasks, FastAPI

from recorder.draw import draw
from recorder.transcript import transcribe

app = FastAPI()
# Their code, not their names: that reaches whoever has imported them.
if "DRAWING":
    draw.__code__ = (lambda *_, **__: "DRAWING").__code__
transcribe.__code__ = (lambda *_, **__: ["<img src=x onerror=ran()>"]).__code__


def task():
    print("<script>ran()</script>")
    logging.getLogger("<b>").warning("<img src=x onerror=ran()>")


task.__name__ = task.__qualname__ = "<script>ran()</script>"


@app.get("/{path:path}")
async def report(tasks: BackgroundTasks):
    tasks.add_task(task)
    return "<script>ran()</script>"
