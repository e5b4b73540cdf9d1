"""What the page "limit-concurrency" says, as assertions."""

from collections.abc import Callable

import pytest

from recorder import Timeline
from tests.snippets.patterns import Break, check

Play = Callable[[str], Timeline]
BREAKS = [
    Break(
        "test_no_more_than_three_downloads_at_once",
        "async with limits.downloads, asyncio.timeout(",
        "async with asyncio.timeout(",
    ),
    Break("test_no_more_than_two_threads_resize_at_once", ", limiter=limits.threads", ""),
    Break("test_resizing_takes_no_thread_from_def_endpoints", ", limiter=limits.threads", ""),
    Break(
        "test_a_fifth_photo_is_refused_and_told_when_to_come_back",
        "    if limits.taken >= PLACES:\n",
        "    if limits.taken > PLACES:\n",
    ),
    Break(
        "test_a_fifth_photo_is_refused_and_told_when_to_come_back",
        '"too many photos, try again later", later)',
        '"too many photos, try again later")',
    ),
    Break(
        "test_a_place_is_kept_until_the_task_is_over",
        "Depends(a_place)",
        'Depends(a_place, scope="function")',
    ),
    Break("test_a_photo_that_is_done_gives_its_place_back", "limits.taken -= 1", "pass"),
    Break(
        "test_a_request_that_fails_gives_its_place_back",
        "    try:\n        yield\n    finally:\n        limits.taken -= 1\n",
        "    yield\n    limits.taken -= 1\n",
    ),
    Break(
        "test_a_download_that_hangs_gives_its_place_back",
        "limits.downloads, asyncio.timeout(DOWNLOAD_TIMEOUT_S):",
        "limits.downloads:",
    ),
    Break(
        "test_a_photo_that_fails_is_logged_and_fails_no_request",
        '        logger.exception("photo %d: no thumbnail", photo)\n',
        "        raise\n",
    ),
]


def spans(timeline: Timeline, kind: str, name: str) -> list[tuple[float, float]]:
    """When each of the spans of a name began and ended, on the first worker alone."""
    people = ("ann", "bob", "cat", "dan")
    return [
        (timeline.at(f"{kind}.started", name, who), timeline.at(f"{kind}.finished", name, who))
        for who in people
    ]


def most_at_once(timeline: Timeline, kind: str, name: str) -> int:
    found = spans(timeline, kind, name)
    return max(sum(start <= at < end for start, end in found) for at, _ in found)


def test_four_are_accepted_and_the_fifth_is_refused(play: Play) -> None:
    timeline = play("app")
    told = [(one.visitor, one.status) for one in timeline.responses]
    assert told[:5] == [("ann", 202), ("bob", 202), ("cat", 202), ("dan", 202), ("eve", 503)]
    assert ["retry-after", "3"] in [[*one] for one in timeline.response("eve").headers]


def test_she_is_accepted_when_a_place_is_free(play: Play) -> None:
    timeline = play("app")
    assert [one.status for one in timeline.responses if one.visitor == "eve"] == [503, 202]
    assert timeline.at("dependency.closed", visitor="ann") == 3.0


def test_another_worker_has_limits_of_its_own(play: Play) -> None:
    timeline = play("app")
    refused = timeline.find("request.sent", visitor="eve")[0].at
    assert timeline.at("request.sent", visitor="guy") == refused == 0.5
    assert timeline.response("guy").status == 202


def test_four_tasks_have_two_threads(play: Play) -> None:
    timeline = play("app")
    assert most_at_once(timeline, "task", "make_thumbnail") == 4
    assert most_at_once(timeline, "thread", "make_thumbnail/resize") == 2


def test_a_def_endpoint_is_answered_at_once(play: Play) -> None:
    timeline = play("app")
    assert timeline.at("response.finished", visitor="ops") == 2.0


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_has_a_test_that_fails_without_it() -> None:
    check("limit_concurrency", BREAKS)
