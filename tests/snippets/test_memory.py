"""What the page "memory" says, as assertions."""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakSet

import pytest
from fastapi import BackgroundTasks, FastAPI

from recorder import Request, Story, Timeline, play

Play = Callable[[str], Timeline]
HOUR = 3600.0


def in_memory(timeline: Timeline) -> list[int]:
    """What each request to /in-memory was answered."""
    return [int(one.body) for one in timeline.responses if one.visitor == "ops"]


def no_more_than_two_photos(timeline: Timeline) -> bool:
    """The invariant: what waits is limited."""
    return in_memory(timeline) <= [2]


def test_a_semaphore_limits_the_work_and_not_what_waits(wrong: Timeline) -> None:
    assert not no_more_than_two_photos(wrong)
    assert in_memory(wrong) == [4]
    assert [event.at for event in wrong.find("task.finished")] == [3.0, 6.0, 9.0, 12.0]


def test_each_upload_is_answered_at_once_however_many_wait(wrong: Timeline) -> None:
    assert [event.at for event in wrong.find("response.finished")] == [0.0, 0.5, 1.0, 1.5, 2.0]


def test_with_a_limit_on_what_waits_later_uploads_get_a_503(right: Timeline) -> None:
    assert no_more_than_two_photos(right)
    assert [one.status for one in right.responses] == [200, 200, 503, 503, 200]
    assert ["retry-after", "3"] in [[*one] for one in right.response("cat").headers]


def test_a_finished_task_holds_its_argument_until_the_last_one_is_over(play: Play) -> None:
    timeline = play("two_tasks")
    assert timeline.at("task.finished", "resize") == 1.0
    assert in_memory(timeline) == [1, 0]
    assert timeline.at("task.finished", "tell_followers") == 61.0


class Blob:
    """Something large."""


class Photo:
    """What is passed: a shell, and something large in it."""

    def __init__(self, data: Blob) -> None:
        self.data: Blob | None = data


def held_later(work: Callable[[Photo], Awaitable[None]], *, pass_it: bool) -> int:
    """How many blobs are there while a second task waits; `work` gets one, or makes its own."""
    app, blobs, found = FastAPI(), WeakSet[Blob](), list[int]()

    def blob() -> Photo:
        blobs.add(made := Blob())
        return Photo(made)

    async def work_of_its_own() -> None:
        await work(blob())

    @app.post("/")
    async def endpoint(tasks: BackgroundTasks) -> None:
        if pass_it:
            tasks.add_task(work, blob())
        else:
            tasks.add_task(work_of_its_own)
        tasks.add_task(asyncio.sleep, HOUR)

    @app.get("/")
    async def count() -> None:
        found.append(len(blobs))

    play(app, Story((Request("ann", "/", "POST"), Request("ops", "/", at=HOUR / 2))))
    return found[0]


async def look_at(photo: Photo) -> None:
    await asyncio.sleep(1)


async def look_at_and_let_go(photo: Photo) -> None:
    await look_at(photo)
    photo.data = None


@pytest.mark.parametrize(
    ("work", "pass_it", "held"),
    [(look_at, True, 1), (look_at_and_let_go, True, 0), (look_at, False, 0)],
)
def test_it_is_freed_early_if_the_task_empties_its_argument_or_made_it_itself(
    work: Callable[[Photo], Awaitable[None]], pass_it: bool, held: int
) -> None:
    assert held_later(work, pass_it=pass_it) == held
