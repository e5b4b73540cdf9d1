"""Plays a case with the recorder."""

import random
import threading
import time
from collections.abc import MutableMapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from recorder import Story, Timeline, play
from tests.conformance.outcome import LOOP, Answer, Case, Outcome, Pause, Said

_JITTER, _HAND_OVER = 0.01, 0.001  # virtual seconds


def played(case: Case, jitter: int | None = None) -> Outcome:
    """What the recorder says of a case.

    With a number for `jitter`, each sleep and each arrival is late by up to 0.01 seconds, and what
    takes no time by up to 0.001, by other seconds for each number: what then happens otherwise
    depends on a tie.
    """
    said: list[Said] = []
    loop = threading.get_ident()

    def log(label: str) -> None:
        thread = threading.get_ident()
        at = round(time.monotonic(), 9)
        said.append(Said(at, label, LOOP if thread == loop else thread))

    app = _Lazy(case, log, _pause(jitter))
    with app.open:
        timeline = play(app, case.story if jitter is None else late(case.story, jitter))
    answers = {r.visitor: answer_of(timeline, r.visitor) for r in case.story.requests}
    return Outcome(said, answers, timeline.events)


class _Lazy:
    """An app that is made at the first request: its locks must be the recorder's."""

    def __init__(self, case: Case, *how: Any) -> None:
        self.open = ExitStack()
        self._case, self._how = case, how
        self._app: Any = None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if self._app is None:
            self._app = self.open.enter_context(self._case.make(*self._how))
        await self._app(scope, receive, send)


def late(story: Story, jitter: int) -> Story:
    """The same requests, each late by up to 0.01 seconds."""
    pause = _pause(jitter)
    moved = [replace(r, at=pause(f"{r.visitor} at", r.at)) for r in story.requests]
    return replace(story, requests=tuple(moved))


def _pause(jitter: int | None) -> Pause:
    def pause(name: str, seconds: float) -> float:
        if jitter is None:
            return seconds
        most = _JITTER if seconds else _HAND_OVER
        return seconds + random.Random(f"{jitter} {name}").uniform(0, most)

    return pause


def answer_of(timeline: Timeline, visitor: str) -> Answer:
    """What a visitor got, by the recorder's events."""
    answer = Answer()
    for response in timeline.responses:
        if response.visitor == visitor:
            answer.status, answer.body = response.status, response.body
    for event in timeline.events:
        if event.visitor != visitor:
            continue
        if event.kind in ("response.chunk", "websocket.sent"):
            answer.pieces.append((event.at, event.text))
        elif event.kind in ("response.finished", "websocket.closed"):
            answer.complete = event.at
        if event.kind == "websocket.closed" and answer.status == 101:
            answer.closing = int(event.text)
    return answer
