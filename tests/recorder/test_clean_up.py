"""What ends when a run does: everything that is alive, whatever halts it meanwhile."""

import asyncio
import contextlib
import gc
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import pytest
from fastapi import BackgroundTasks, FastAPI

import recorder.world
from recorder import BudgetSpent, Request, Story, Timeline, play, where
from recorder.clock import VirtualClock
from recorder.halt import AGAIN_AFTER, Halt
from recorder.limit import Limit
from recorder.observe import Observer
from recorder.watchdog import Watchdog


def run(task: Callable[[], Any]) -> Timeline:
    """Play an app whose `POST /` adds `task`."""
    app = FastAPI()

    @app.post("/")
    async def start(background: BackgroundTasks) -> None:
        background.add_task(task)

    return play(app, Story((Request("ann", "/", "POST"),), budget=0.3))


async def forever() -> None:
    """What no run outlasts."""
    while True:
        await asyncio.sleep(1)


def test_no_garbage_is_collected_while_a_halt_may_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be lost in what somebody's garbage calls."""
    seen: list[bool] = []

    @contextlib.contextmanager
    def watched(*_: Any) -> Iterator[None]:
        seen.append(gc.isenabled())
        yield
        seen.append(gc.isenabled())

    monkeypatch.setattr(recorder.world, "_watched", watched)
    run(lambda: None)
    assert seen == [False, False]
    assert gc.isenabled()


def test_a_halt_does_not_end_the_cleaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """What were left would wake when it is collected, in another run or in none."""
    close, rounds = recorder.world._close, []
    ended: list[str] = []

    async def endless() -> None:
        try:
            await forever()
        finally:
            ended.append("in the run")

    def halted(loop: Any) -> None:
        rounds.append(loop)
        if len(rounds) < 3:
            raise Halt
        close(loop)

    monkeypatch.setattr(recorder.world, "_close", halted)
    with pytest.raises(BudgetSpent, match=r"still running after 0\.3"):
        run(endless)
    assert len(rounds) == 3
    assert ended == ["in the run"]
    gc.collect()  # what complains now fails the test


def test_a_task_that_cannot_be_cancelled_is_closed() -> None:
    where_it_ended: ContextVar[str] = ContextVar("where_it_ended", default="elsewhere")
    kept: list[asyncio.Task[None]] = []
    ended: list[str] = []

    async def stubborn() -> None:
        try:
            while True:
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.sleep(1e6)
        finally:
            where_it_ended.set("here")
            ended.append("in the run")

    async def leave_behind() -> None:
        kept.append(asyncio.create_task(stubborn()))

    run(leave_behind)
    assert ended == ["in the run"]
    assert where_it_ended.get() == "elsewhere"


def test_what_is_told_when_no_run_is_left_is_no_part_of_any() -> None:
    observer = Observer(VirtualClock(), Limit())
    observer.over = True
    observer.note("task.cancelled", "forever")
    assert observer.events() == []


def test_what_cleans_up_is_left_in_peace_and_not_what_the_app_does_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def app() -> None:
        while True:
            pass

    # The test itself is what cleans up; only what it calls is somebody's app.
    here = (__file__, "test_what_cleans_up_is_left_in_peace_and_not_what_the_app_does_meanwhile")
    monkeypatch.setattr(where, "_BOTTOMS", {here})
    clock, in_peace = VirtualClock(), False
    clock.over = True
    with Watchdog(0.01, clock):
        with contextlib.suppress(Halt):
            end = time.monotonic() + 3 * AGAIN_AFTER
            while time.monotonic() < end:
                pass
            in_peace = True
        with pytest.raises(Halt):
            app()
    assert in_peace
