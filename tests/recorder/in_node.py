"""Plays texts in the browser's Python, which runs in Node here."""

import json
import subprocess
from typing import Any

from recorder import Timeline
from site_build.payload.packages import wheels
from site_build.recordings import node
from site_build.snippets import ROOT


def in_node(steps: list[dict[str, Any]], can_suspend: bool = True) -> list[str]:
    """The results of steps, which pyodide.mjs describes, all in one interpreter."""
    program = ROOT / "tests/recorder/pyodide.mjs"
    flags = ["--experimental-wasm-jspi"] if can_suspend else []
    command = [node(), *flags, program, wheels(), ROOT]
    done = subprocess.run(
        list(map(str, command)),
        cwd=ROOT,
        input=json.dumps(steps),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,  # a program that nobody ends would be waited for
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[str] = json.loads(done.stdout)
    return found


def essence(timeline: Timeline) -> Any:
    """What makes two recordings equal."""
    events = [(e.at, e.kind, e.visitor, e.name) for e in timeline.events]
    return events, [(answer.status, answer.body) for answer in timeline.responses]


def job(source: str, **more: Any) -> dict[str, Any]:
    """What the page asks for: by default that ann asks for /ping."""
    story = {"requests": [{"visitor": "ann", "path": "/ping"}], "budget": 30}
    given = {"file": "snippets/any/wrong.py", "source": source, "story": story, "language": "en"}
    return given | more


def pinged(*lines: str, head: str = "") -> str:
    """A program whose `GET /ping` runs these lines."""
    body = "\n".join(f"    {line}" for line in lines)
    return f'{head}\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/ping")\n' + (
        f"async def ping():\n{body}\n"
    )


def task(*lines: str, head: str = "") -> str:
    """A program whose `GET /ping` adds a `def` task of these lines."""
    body = "\n".join(f"    {line}" for line in lines)
    return (
        f"{head}\nfrom fastapi import BackgroundTasks, FastAPI\n\napp = FastAPI()\n\n\n"
        f'def task():\n{body}\n\n\n@app.get("/ping")\nasync def ping(tasks: BackgroundTasks):\n'
        "    tasks.add_task(task)\n"
    )
