"""What several tests of the recorder share: small apps, and the runs of them."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

from fastapi import BackgroundTasks, FastAPI

from recorder import Event, Request, Story, Timeline, play

PING = """\
from fastapi import FastAPI

app = FastAPI()


@app.get("/ping")
async def ping() -> str:
    return "pong"
"""


def app_with(*tasks: Callable[..., Any]) -> FastAPI:
    """An app whose `POST /` adds `tasks`."""
    app = FastAPI()

    @app.post("/")
    async def start(background: BackgroundTasks) -> None:
        for task in tasks:
            background.add_task(task)

    return app


def answering(endpoint: Callable[..., Any]) -> FastAPI:
    """An app that answers `GET /` with `endpoint`."""
    app = FastAPI()
    app.get("/")(endpoint)
    return app


def run(app: Any, *requests: Request) -> Timeline:
    """Play requests against an app: `POST /` of ann if none are given."""
    return play(app, Story(requests or (Request("ann", "/", "POST"),)))


def told(timeline: Timeline, *groups: str) -> list[tuple[float, str, str]]:
    """Virtual second, kind and name of the events whose kind begins with one of `groups`."""
    return [(e.at, e.kind, e.name) for e in timeline.events if e.kind.startswith(groups)]


def file(folder: Path, text: str, name: str = "app.py") -> Path:
    """A file with this text, in a folder that is made if need be."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), "utf-8")
    return path


def timeline(*events: tuple[Any, ...]) -> Timeline:
    """A timeline of events given as virtual second, kind, visitor, name and text."""
    return Timeline([Event(*event) for event in events])


def asked(visitor: str, path: str, at: float, received: float) -> list[tuple[Any, ...]]:
    """The first two events of a request."""
    return [
        (at, "request.sent", visitor, "", f"GET {path}"),
        (received, "request.received", visitor, "", f"GET {path}"),
    ]


def everything() -> Timeline:
    """A run with one of each shape: waits, tasks inside tasks, threads, failures, messages."""
    app = FastAPI()

    async def child() -> None:
        await asyncio.sleep(5)

    async def parent() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(child())
            await asyncio.sleep(1)
            raise ValueError("no <b>ink</b> & paper")

    def in_thread() -> None:
        time.sleep(2)
        print("a line & more")

    async def never() -> None: ...

    @app.get("/")
    async def endpoint(tasks: BackgroundTasks) -> None:
        for task in (in_thread, parent, never):
            tasks.add_task(task)
        time.sleep(1)

    return run(app, Request("ann", "/"), Request("bob", "/nothing", at=0.5))
