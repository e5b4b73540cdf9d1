"""Plays a story against an app on the virtual clock."""

import asyncio
import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from recorder import where
from recorder.errors import StoryError
from recorder.lifespan import Lifespan
from recorder.limit import Limit
from recorder.load import loaded_apps
from recorder.story import Story, load_story
from recorder.timeline import Timeline
from recorder.visit import ASGIApp
from recorder.web import WebVisitor
from recorder.websocket import SocketVisitor
from recorder.world import World, world

# What an app leaves running after the last request (`asyncio.create_task`) may go on for so long.
LEFTOVER_SECONDS = 3600.0


def play(app: ASGIApp | Sequence[ASGIApp], story: Story) -> Timeline:
    """Send the story's requests to `app` and return the timeline once all tasks have ended.

    `app` is an ASGI app, or one for each worker process of the story. Opens no socket and takes no
    real time. An exception in a handler or a task is an event, not an exception of `play`.

    The app's lifespan is started first and stopped last; requests that are sent while it starts
    wait. Threads, in pools or the app's own, take turns: locks, queues and connection pools make
    them wait, and time out, in virtual time.

    Where it differs from TestClient: that returns after the tasks, raises what the app raises, and
    starts no lifespan without `with`. Here an exception is an event, and the answer is 500, or
    stays 200 if it was complete. The time is virtual, so a process time is 0 and a token's expiry
    lies in January 2026. A body without a content type is sent as JSON; a response's body is kept
    as text, so binary ones lose what is no UTF-8. All is plain HTTP at the root of "testserver".

    Where it differs from production: computing costs no time; a thread is never interrupted between
    two waits, so data races without a wait don't show; what happens at one instant gets one fixed
    order; the network is not there, so sending takes no time, and no server adds its headers. What
    waits in real time (a socket, a subprocess) gives a `RealTimeWarning` if it takes two seconds.
    What was made before `play`, such as a lock or a pool at module level, waits in real time too:
    `play_file` imports the app inside the run.

    Raises:
        StoryError: the story has more workers than there are apps, one of several blocks, or an
            event loop is running already.
        AppError: the app's lifespan does not start.
        Deadlock: everything waits and no timer is set; the app would hang for ever.
        BudgetSpent: the app ran for more than `story.budget` real seconds without finishing.
        Stopped: the reader did not want to wait, in the browser.
    """
    apps = list(app) if isinstance(app, Sequence) else [app]
    if len(apps) < story.workers:
        raise StoryError(f"the story has {story.workers} workers, and play got {len(apps)} apps")
    with world(story.budget) as made:
        return _play(apps, story, made)


def play_file(path: Path, story: Story | None = None, limit: Limit | None = None) -> Timeline:
    """Import a file on the virtual clock and play a story against its `app`.

    Without a story, it is the one beside the file, in story.toml, for the variant that the file's
    name says; the app then runs in an empty folder of its own, so that it may write files. A run
    that records more than a limit has spent its budget, too.

    Raises:
        StoryError: there is no story, or it is wrong.
        AppError: the file does not import, has no `app`, or its lifespan does not start.
        Deadlock, BudgetSpent, Stopped: as `play`.
    """
    path = Path(path).resolve()
    folder: contextlib.AbstractContextManager[Any] = contextlib.nullcontext()
    if story is None:
        story = load_story(path.parent / "story.toml", path.stem)
        folder = _empty_folder()
    with folder, world(story.budget, limit) as made, loaded_apps(path, story.workers) as apps:
        return _play(apps, story, made)


@contextlib.contextmanager
def _empty_folder() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        yield


def _play(apps: list[Any], story: Story, made: World) -> Timeline:
    blocked: list[str] = []
    if story.workers > 1:  # they share one virtual event loop, so none of them may block it
        made.clock.on_block = lambda: blocked.append(where.here() or "a library")
    made.clock.now = 0.0  # importing was before
    with contextlib.suppress(SystemExit):  # raised in a child task, it ends a server's process
        made.loop.run_until_complete(_serve(apps, story, made))
    if blocked:
        raise StoryError(f"{blocked[0]}: blocks the event loop; a story of several workers can't")
    return made.timeline()


async def _serve(apps: list[Any], story: Story, made: World) -> None:
    lifespans = [Lifespan(app, made.observer) for app in apps[: story.workers]]
    await asyncio.gather(*(lifespan.start() for lifespan in lifespans))
    for request in story.requests:
        life = lifespans[request.worker]
        kind = SocketVisitor if request.method == "WEBSOCKET" else WebVisitor
        made.visitors.append(kind(life.app, request, made.observer, story.workers, life.state))
    await asyncio.gather(*(asyncio.ensure_future(visitor.run()) for visitor in made.visitors))
    await _leftovers(made)
    await asyncio.gather(*(lifespan.stop() for lifespan in lifespans))
    await _leftovers(made)


async def _leftovers(made: World) -> None:
    """Let go on what the app has left running."""
    deadline = made.loop.time() + LEFTOVER_SECONDS
    while True:
        while made.loop.is_busy:  # noqa: ASYNC110 - whoever is ready sets no event
            await asyncio.sleep(0)
        moment = made.loop.next_moment()
        if moment is None or moment > deadline:
            return
        await asyncio.sleep(max(0.0, moment - made.loop.time()))
