"""Plays a story against an app on the virtual clock."""

import asyncio
import contextlib
import gc
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from recorder import where
from recorder.clock import Abandoned, VirtualClock
from recorder.errors import BudgetSpent, StoryError
from recorder.load import loaded_apps
from recorder.loop import VirtualLoop
from recorder.observe import Observer
from recorder.story import Story, load_story
from recorder.timekeeping import installed
from recorder.timeline import Timeline, in_order
from recorder.visit import ASGIApp, Visitor
from recorder.watchdog import Watchdog

# What an app leaves running after the last request (`asyncio.create_task`) may go on for so long.
LEFTOVER_SECONDS = 3600.0
# How often a cancelled task may catch its cancellation and await again before it is dropped.
_ROUNDS = 20


def play(app: ASGIApp | Sequence[ASGIApp], story: Story) -> Timeline:
    """Send the story's requests to `app` and return the timeline once all tasks have ended.

    `app` is an ASGI app, or one for each worker process of the story. Opens no socket and takes no
    real time. An exception in a handler or a task is an event, not an exception of `play`.

    Where the model differs from production: computing costs no time; a thread is never interrupted
    between two waits, so data races without a wait don't show; what happens at one instant gets one
    fixed order; a client on the network is not there, so sending takes no time.

    Raises:
        StoryError: the story has more workers than there are apps, or one of several blocks.
        Deadlock: everything waits and no timer is set; the app would hang for ever.
        BudgetSpent: the app ran for more than `story.budget` real seconds without finishing.
    """
    apps = list(app) if isinstance(app, Sequence) else [app]
    if len(apps) < story.workers:
        raise StoryError(f"the story has {story.workers} workers, and play got {len(apps)} apps")
    with _world(story) as observer:
        return _play(apps, story, observer)


def play_file(path: Path, story: Story | None = None) -> Timeline:
    """Import a file on the virtual clock and play a story against its `app`.

    Without a story, it is the one beside the file, in story.toml, for the variant that the file's
    name says; the app then runs in an empty folder of its own, so that it may write files.

    Raises:
        StoryError: there is no story, or it is wrong.
        AppError: the file does not import or has no `app`.
        Deadlock, BudgetSpent: as `play`.
    """
    path = Path(path).resolve()
    folder: contextlib.AbstractContextManager[Any] = contextlib.nullcontext()
    if story is None:
        story = load_story(path.parent / "story.toml", path.stem)
        folder = _empty_folder()
    with folder, _world(story) as observer, loaded_apps(path, story.workers) as apps:
        return _play(apps, story, observer)


@contextlib.contextmanager
def _empty_folder() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        yield


@contextlib.contextmanager
def _world(story: Story) -> Iterator[Observer]:
    """An observed loop on virtual time, and an end to what is still alive at the block's end."""
    with installed(VirtualClock(story.budget)) as clock:
        loop = VirtualLoop(clock)
        asyncio.set_event_loop(loop)
        watchdog = Watchdog(story.budget, clock)
        try:
            with watchdog, Observer(loop).installed() as observer, _collecting_nothing():
                try:
                    yield observer
                finally:
                    observer.printed.muted = True  # what cleans up is no part of the run
                    clock.abandon_strands()
                    _close(loop)
        except BaseException as error:
            if watchdog.spent_at is None:
                raise
            spent = f"still running after {story.budget:g} real seconds; is it an endless loop?"
            raise BudgetSpent(f"{watchdog.spent_at}: {spent}") from error
        finally:
            loop.close()
            asyncio.set_event_loop(None)


@contextlib.contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Garbage is collected when memory fills up, which is another moment in each run."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _close(loop: VirtualLoop) -> None:
    for _ in range(_ROUNDS):
        left = asyncio.all_tasks(loop)
        if not left:
            break
        for task in left:
            task.cancel()
            task._log_destroy_pending = False  # type: ignore[attr-defined]
        with contextlib.suppress(Exception, SystemExit, Abandoned):
            loop.run_until_complete(asyncio.sleep(0))
    with contextlib.suppress(Exception, SystemExit, Abandoned):
        loop.run_until_complete(loop.shutdown_asyncgens())


def _play(apps: list[Any], story: Story, observer: Observer) -> Timeline:
    blocked: list[str] = []
    if story.workers > 1:  # they share one virtual event loop, so none of them may block it
        observer.loop.virtual.on_block = lambda: blocked.append(where.here() or "a library")
    visitors = [Visitor(apps[r.worker], r, observer, len(apps)) for r in story.requests]
    observer.loop.virtual.now = 0.0  # importing was before
    with contextlib.suppress(SystemExit):  # raised in a child task, it ends a server's process
        observer.loop.run_until_complete(_visit_all(visitors, observer.loop))
    if blocked:
        raise StoryError(f"{blocked[0]}: blocks the event loop; a story of several workers can't")
    observer.printed.end_line()
    answers = [visitor.answer for visitor in visitors if visitor.answer]
    return Timeline(in_order(observer.events), answers, observer.printed.text)


async def _visit_all(visitors: list[Visitor], loop: VirtualLoop) -> None:
    runs = [asyncio.ensure_future(visitor.run()) for visitor in visitors]
    await asyncio.gather(*runs)
    deadline = loop.time() + LEFTOVER_SECONDS
    while True:
        while loop.is_busy:  # noqa: ASYNC110 - whoever is ready sets no event
            await asyncio.sleep(0)
        moment = loop.next_moment()
        if moment is None or moment > deadline:
            return
        await asyncio.sleep(max(0.0, moment - loop.time()))
