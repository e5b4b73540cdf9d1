"""The virtual clock: what takes time, for whom, and what never ends."""

import asyncio
import datetime
import time
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from fastapi import BackgroundTasks, FastAPI

from recorder import BudgetSpent, Deadlock, Request, Story, Timeline, play

Task = Callable[[], Any]


def app_with(*tasks: Task, extra: dict[str, Callable[..., Any]] | None = None) -> FastAPI:
    """An app whose `POST /` adds `tasks`, and whose other routes answer GET."""
    app = FastAPI()

    @app.post("/")
    async def start(background: BackgroundTasks) -> None:
        for task in tasks:
            background.add_task(task)

    for path, endpoint in (extra or {}).items():
        app.get(path)(endpoint)
    return app


def post(visitor: str = "ann", at: float = 0.0) -> Request:
    return Request(visitor, "/", "POST", at)


def run(app: FastAPI, *requests: Request, budget: float = 10.0) -> Timeline:
    return play(app, Story(requests or (post(),), budget=budget))


async def ping() -> str:
    return "pong"


def test_a_sleeping_task_takes_virtual_seconds_after_the_response() -> None:
    async def nap() -> None:
        await asyncio.sleep(3600)

    timeline = run(app_with(nap))

    assert timeline.at("response.finished") == 0.0
    assert timeline.at("task.finished", "nap") == 3600.0


def test_time_sleep_in_an_async_task_keeps_everybody_waiting() -> None:
    async def nap() -> None:
        time.sleep(3)

    timeline = run(app_with(nap, extra={"/ping": ping}), post(), Request("bob", "/ping", at=1.0))

    assert timeline.at("request.sent", visitor="bob") == 1.0
    assert timeline.at("request.received", visitor="bob") == 3.0


def test_time_sleep_in_a_thread_keeps_nobody_waiting() -> None:
    def nap() -> None:
        time.sleep(3)

    timeline = run(app_with(nap, extra={"/ping": ping}), post(), Request("bob", "/ping", at=1.0))

    assert timeline.at("response.finished", visitor="bob") == 1.0
    assert timeline.at("task.finished", "nap") == 3.0
    assert timeline.at("thread.started", "nap") == 0.0


def test_threads_go_on_while_the_event_loop_is_blocked() -> None:
    def worker() -> None:
        time.sleep(1)
        print("worker is through")

    async def blocker() -> None:
        await asyncio.sleep(0.5)
        time.sleep(5)

    app = app_with(worker, extra={"/block": blocker})
    timeline = run(app, post(), Request("bob", "/block"))

    assert timeline.at("print", "worker") == 1.0
    assert timeline.at("task.finished", "worker") == 5.5


def test_the_pool_has_forty_places() -> None:
    def nap() -> None:
        time.sleep(1)

    timeline = run(app_with(nap), *(post(f"visitor {n}") for n in range(81)))

    ends = sorted(event.at for event in timeline.find("task.finished"))
    assert ends == [1.0] * 40 + [2.0] * 40 + [3.0]
    assert len(timeline.find("thread.waiting")) == 41


def test_to_thread_and_gather_take_as_long_as_the_longest() -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(asyncio.to_thread(time.sleep, n) for n in (1, 2, 3)))

    assert run(app_with(all_at_once)).at("task.finished") == 3.0


def test_a_task_groups_coroutines_are_spans_of_their_own() -> None:
    async def child(seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def parent() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(child(1))
            group.create_task(child(2))

    timeline = run(app_with(parent))

    assert timeline.at("task.finished", "parent/child") == 1.0
    assert timeline.at("task.finished", "parent/child (2)") == 2.0


def test_anyio_task_groups_work_too() -> None:
    async def child() -> None:
        await anyio.sleep(1)

    async def parent() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(child)
            group.start_soon(child)

    assert run(app_with(parent)).at("task.finished", "parent") == 1.0


def test_clocks_and_calendars_follow_virtual_time() -> None:
    seen: list[Any] = []

    async def look() -> None:
        started = datetime.datetime.now(datetime.UTC), time.monotonic(), time.time()
        await asyncio.sleep(90)
        seen.append(datetime.datetime.now(datetime.UTC) - started[0])
        seen.append(time.monotonic() - started[1])
        seen.append(time.time() - started[2])

    before = datetime.datetime.now(datetime.UTC)
    run(app_with(look))

    assert seen == [datetime.timedelta(seconds=90), 90.0, 90.0]
    assert datetime.datetime.now(datetime.UTC) - before < datetime.timedelta(seconds=60)


def test_waiting_for_what_never_comes_is_a_deadlock_that_names_the_line() -> None:
    async def wait() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Deadlock, match=r"no timer is set: .*test_time\.py:\d+ in wait$"):
        run(app_with(wait))


def test_an_endless_loop_without_await_is_stopped_and_its_line_named() -> None:
    async def spin() -> None:
        while True:
            pass

    with pytest.raises(BudgetSpent, match=r"test_time\.py:\d+ in spin: still running after 0\.3"):
        run(app_with(spin), budget=0.3)


def test_an_endless_loop_in_a_thread_is_stopped_and_its_line_named() -> None:
    stopped: list[bool] = []

    def spin() -> None:
        try:
            while not stopped:
                sum(range(10))
        finally:
            stopped.append(True)

    with pytest.raises(BudgetSpent, match=r"test_time\.py:\d+ in spin"):
        run(app_with(spin), budget=0.3)


def test_an_endless_loop_that_awaits_is_stopped() -> None:
    async def forever() -> None:
        while True:
            await asyncio.sleep(1)

    with pytest.raises(BudgetSpent, match=r"still running after 0\.3"):
        run(app_with(forever), budget=0.3)


def test_a_run_after_a_stopped_one_is_whole() -> None:
    async def spin() -> None:
        while True:
            pass

    async def nap() -> None:
        await asyncio.sleep(1)

    with pytest.raises(BudgetSpent):
        run(app_with(spin), budget=0.2)
    assert run(app_with(nap)).at("task.finished") == 1.0


def test_nested_functions_get_an_awaitable_from_the_pool() -> None:
    def compute() -> int:
        time.sleep(2)
        return 42

    async def endpoint() -> int:
        return await anyio.to_thread.run_sync(compute)

    timeline = run(app_with(extra={"/answer": endpoint}), Request("ann", "/answer"))

    assert timeline.response("ann").body == "42"
    assert timeline.at("response.finished") == 2.0


def test_an_awaited_timeout_passes_in_virtual_time() -> None:
    async def impatient() -> str:
        waiting: Awaitable[None] = asyncio.sleep(60)
        try:
            async with asyncio.timeout(5):
                await waiting
        except TimeoutError:
            return "gave up"
        return "waited"

    timeline = run(app_with(extra={"/": impatient}), Request("ann", "/"))

    assert (timeline.response("ann").body, timeline.end) == ('"gave up"', 5.0)
