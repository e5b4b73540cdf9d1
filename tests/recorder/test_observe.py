"""What is seen of background tasks: how each ends, and whose it is."""

import asyncio
import contextlib
import sys

import pytest
from fastapi import BackgroundTasks, Depends, HTTPException
from starlette.background import BackgroundTask
from starlette.responses import Response

from recorder import Request
from tests.recorder.apps import answering, app_with, run, told


async def nap() -> None:
    await asyncio.sleep(1)


async def later() -> None:
    await asyncio.sleep(9)


def test_an_exception_of_several_lines_is_told_in_one() -> None:
    async def task() -> None:
        raise ValueError("no paper\nno ink")

    (event,) = run(app_with(task)).find("task.failed")
    assert len(event.text.splitlines()) == 1


def test_a_failing_task_is_told_and_all_later_ones_are_skipped() -> None:
    async def fails() -> None:
        await asyncio.sleep(1)
        raise ValueError("no paper")

    timeline = run(app_with(fails, nap, later))

    assert told(timeline, "task") == [
        (0.0, "task.started", "fails"),
        (1.0, "task.failed", "fails"),
        (1.0, "task.skipped", "nap"),
        (1.0, "task.skipped", "later"),
    ]
    assert timeline.find("task.failed")[0].text == "ValueError: no paper"
    assert timeline.response("ann").status == 200
    assert timeline.find("request.failed") == []


def test_tasks_of_an_endpoint_that_raises_http_exception_are_skipped() -> None:
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(nap)
        raise HTTPException(402)

    timeline = run(answering(endpoint), Request("ann", "/"))

    assert told(timeline, "task", "request.failed") == [(0.0, "task.skipped", "nap")]
    assert timeline.response("ann").status == 402


def test_tasks_lost_by_returning_a_response_with_its_own_are_skipped() -> None:
    async def endpoint(tasks: BackgroundTasks) -> Response:
        tasks.add_task(later)
        return Response(background=BackgroundTask(nap))

    timeline = run(answering(endpoint), Request("ann", "/"))
    assert timeline.at("task.finished", "nap") == 1.0
    assert timeline.at("task.skipped", "later") == 1.0


def test_tasks_that_a_dependency_adds_are_seen() -> None:
    def dependency(tasks: BackgroundTasks) -> None:
        tasks.add_task(nap)

    async def endpoint(given: None = Depends(dependency)) -> None: ...

    timeline = run(answering(endpoint), Request("ann", "/"))
    assert timeline.at("task.finished", "nap", "ann") == 1.0


def test_two_visitors_tasks_are_told_apart() -> None:
    timeline = run(app_with(nap), Request("ann", "/", "POST"), Request("bob", "/", "POST", at=0.5))
    ends = [timeline.at("task.finished", "nap", who) for who in ("ann", "bob")]
    assert ends == [1.0, 1.5]


def test_a_middleware_does_not_hide_whose_a_task_is() -> None:
    app = app_with(nap)

    @app.middleware("http")
    async def middleware(request, call_next):
        await asyncio.sleep(0.5)
        return await call_next(request)

    timeline = run(app)
    assert told(timeline, "task") == [(0.5, "task.started", "nap"), (1.5, "task.finished", "nap")]
    assert timeline.find("task.finished")[0].visitor == "ann"


async def fails_at_2() -> None:
    await asyncio.sleep(2)
    raise ValueError("no paper")


def test_a_failing_task_group_cancels_the_siblings() -> None:
    async def parent() -> None:
        async with asyncio.TaskGroup() as group:
            for child in (later, fails_at_2):
                group.create_task(child())

    assert told(run(app_with(parent)), "task") == [
        (0.0, "task.started", "parent"),
        (0.0, "task.started", "parent/later"),
        (0.0, "task.started", "parent/fails_at_2"),
        (2.0, "task.failed", "parent/fails_at_2"),
        (2.0, "task.cancelled", "parent/later"),
        (2.0, "task.failed", "parent"),
    ]


def test_a_failing_gather_leaves_the_siblings_running() -> None:
    async def parent() -> None:
        await asyncio.gather(later(), fails_at_2())

    timeline = run(app_with(parent))
    assert timeline.at("task.failed", "parent") == 2.0
    assert timeline.at("task.finished", "parent/later") == 9.0
    assert timeline.find("task.cancelled") == []


def test_a_caught_timeout_is_a_cancelled_child_of_a_finished_task() -> None:
    async def impatient() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.ensure_future(later()), 3)

    timeline = run(app_with(impatient))
    assert timeline.at("task.cancelled", "impatient/later") == 3.0
    assert timeline.at("task.finished", "impatient") == 3.0


async def exits() -> None:
    sys.exit(3)


def exits_in_a_thread() -> None:
    sys.exit(3)


async def exits_in_a_child() -> None:
    await asyncio.gather(exits())


@pytest.mark.parametrize("task", [exits, exits_in_a_thread])
def test_sys_exit_in_a_task_fails_that_task_and_ends_nothing_else(task) -> None:
    requests = Request("ann", "/", "POST"), Request("bob", "/", "POST", at=1)
    timeline = run(app_with(task, nap), *requests)

    assert [e.at for e in timeline.find("task.failed", task.__name__)] == [0.0, 1.0]
    assert timeline.find("task.failed", task.__name__)[0].text == "SystemExit: 3"
    assert [e.at for e in timeline.find("task.skipped", "nap")] == [0.0, 1.0]
    assert timeline.response("bob").status == 200


def test_sys_exit_in_a_child_ends_the_run_as_it_ends_a_servers_process() -> None:
    requests = Request("ann", "/", "POST"), Request("bob", "/", "POST", at=1)
    timeline = run(app_with(exits_in_a_child, nap), *requests)

    assert timeline.at("task.failed", "exits_in_a_child/exits") == 0.0 == timeline.end
    assert [response.visitor for response in timeline.responses] == ["ann"]


def test_two_calls_of_one_function_are_told_apart() -> None:
    assert told(run(app_with(nap, nap)), "task.finished") == [
        (1.0, "task.finished", "nap"),
        (2.0, "task.finished", "nap (2)"),
    ]


def test_what_an_endpoint_leaves_running_is_seen_to_its_end() -> None:
    kept: list[asyncio.Task] = []

    async def endpoint() -> None:
        kept.append(asyncio.create_task(later()))

    timeline = run(answering(endpoint), Request("ann", "/"))
    assert timeline.at("response.finished") == 0.0
    assert timeline.at("task.finished", "later", "ann") == 9.0


def test_a_task_that_is_cancelled_before_its_first_step_says_nothing() -> None:
    async def job() -> None: ...

    async def parent() -> None:
        task = asyncio.create_task(job())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    timeline = run(app_with(parent))
    assert timeline.printed == ""
    assert [event.name for event in timeline.find("task.finished")] == ["parent"]
