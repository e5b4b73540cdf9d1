"""Cases of the guide's own snippets, with their stories."""

import asyncio
import contextlib
import importlib.util
import io
import tempfile
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from starlette.background import BackgroundTask
from starlette.types import ASGIApp, Receive, Scope, Send

from recorder import Story, load_story, play_file
from recorder.patch import replaced
from recorder.toml import read_toml
from tests.conformance.judge import Expected
from tests.conformance.outcome import LOOP, Case, Log, Outcome, Pause, Said
from tests.conformance.virtual import answer_of, late

_SNIPPETS = Path(__file__).parents[2] / "snippets"
_HEADER = "x-visitor"
_LATE_RUNS = 2  # of the same requests, some milliseconds apart
_visitor: ContextVar[str] = ContextVar("visitor", default="")
_SAID = {"task.started": "starts", "task.finished": "ends", "task.failed": "fails"}


def names() -> list[str]:
    """The Python snippets that can run on the virtual clock, in one process."""
    found = []
    for path in sorted(_SNIPPETS.glob("*/*.py")):
        if path.stem.startswith("test_"):
            continue  # what a pattern's reader tests the copy with
        toml = path.parent / "story.toml"
        runs = read_toml(toml).get("runs")
        if runs == "live" and load_story(toml, path.stem).workers == 1:
            found.append(f"{path.parent.name}/{path.stem}")
    return found


def recorded(name: str) -> Expected:
    """The case of `snippets/name.py`, and what the recorder says of it.

    Its visitors say who they are, in a header. Its background tasks say when they start and end.
    """
    path = _SNIPPETS / f"{name}.py"
    story = load_story(path.parent / "story.toml", path.stem)
    names = [f"{number}{request.visitor}" for number, request in enumerate(story.requests)]
    asked = [
        replace(request, visitor=name, headers={**request.headers, _HEADER: name})
        for name, request in zip(names, story.requests, strict=True)
    ]
    case = Case(name, partial(_served, path), Story(tuple(asked)))
    plain = _played(path, case.story)
    tries = [_played(path, late(case.story, number)) for number in range(_LATE_RUNS)]
    # Where milliseconds decide what is said at all, they don't tell what leads to what.
    return Expected(case, plain, [run for run in tries if run.when().keys() == plain.when().keys()])


def _played(path: Path, story: Story) -> Outcome:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        timeline = play_file(path, story)
    said = [
        Said(event.at, f"{event.visitor} {event.name} {_SAID[event.kind]}", LOOP)
        for event in timeline.events
        if event.kind in _SAID and "/" not in event.name
    ]
    return Outcome(said, {r.visitor: answer_of(timeline, r.visitor) for r in story.requests})


@contextlib.contextmanager
def _served(path: Path, log: Log, pause: Pause) -> Iterator[ASGIApp]:
    sleep, block, call = asyncio.sleep, time.sleep, BackgroundTask.__call__
    limit, wait_for = asyncio.timeout, asyncio.wait_for

    def scaled(seconds: float | None) -> float | None:
        return None if seconds is None else pause("", seconds)

    async def shorter_sleep(delay: float, result: Any = None) -> Any:
        return await sleep(pause("", delay), result)

    async def shorter_wait_for(fut: Any, timeout: float | None) -> Any:
        return await wait_for(fut, scaled(timeout))

    async def heard(task: BackgroundTask) -> None:
        name = f"{_visitor.get()} {getattr(task.func, '__name__', task.func)}"
        log(f"{name} starts")
        try:
            await call(task)
        except Exception:
            log(f"{name} fails")
            raise
        log(f"{name} ends")

    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        contextlib.redirect_stdout(io.StringIO()),
        replaced(asyncio, sleep=shorter_sleep, wait_for=shorter_wait_for),
        replaced(asyncio, timeout=lambda delay: limit(scaled(delay))),
        replaced(time, sleep=lambda seconds: block(pause("", seconds))),
        replaced(BackgroundTask, __call__=heard),
    ):
        yield _named(_app_of(path))


def _app_of(path: Path) -> ASGIApp:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    app: ASGIApp = module.app
    return app


def _named(app: ASGIApp) -> ASGIApp:
    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        _visitor.set(headers.get(_HEADER.encode(), b"").decode())
        await app(scope, receive, send)

    return named
