"""What the page "create-task" says, as assertions."""

import asyncio
import gc
import runpy
import subprocess
import sys
from collections.abc import Callable

import pytest
from fastapi import FastAPI, HTTPException

from evidence.rows import every
from recorder import Request, Story, Timeline
from recorder import play as play_app
from site_build.snippets import snippet

Play = Callable[[str], Timeline]
SERVERS = ("uvicorn-httptools", "uvicorn-h11", "gunicorn", "hypercorn", "granian")


def failed_export_is_logged(timeline: Timeline) -> bool:
    """The invariant: an export that fails leaves a line in the log."""
    return len(timeline.find("log")) == 1


def test_wrong_keeps_the_error_in_the_task_object(wrong: Timeline) -> None:
    assert not failed_export_is_logged(wrong)
    assert wrong.at("task.failed", "export", "ann") == 3.0


def test_right_logs_the_error_with_its_order(right: Timeline) -> None:
    assert failed_export_is_logged(right)
    assert right.find("log")[0].text == "ERROR export 7 failed (ConnectionError: storage is down)"


def test_both_answer_at_once_and_can_cancel(wrong: Timeline, right: Timeline) -> None:
    for timeline in (wrong, right):
        assert timeline.at("response.finished", visitor="ann") == 0.0
        assert timeline.at("task.cancelled", "export", "bob") == 1.5
        assert timeline.responses[-1].body == '{"cancelled":true}'


def test_a_task_that_nobody_refers_to_is_destroyed_and_the_paid_order_never_shipped(
    play: Play,
) -> None:
    timeline = play("collected")
    assert [event.text for event in timeline.find("log")] == [
        "ERROR Task was destroyed but it is pending!"
    ]
    assert timeline.at("task.cancelled", "ship_when_paid") == 5.0
    assert timeline.responses[-1].body == '{"status":"paid"}'
    assert timeline.printed == ""


def test_without_the_collector_the_paid_order_is_shipped() -> None:
    app = runpy.run_path(str(snippet("create_task/collected").path))["app"]
    told = Story((Request("ann", "/orders/7", "POST"), Request("ann", "/payments/7", "POST", 10.0)))
    assert play_app(app, told).printed == "order 7: shipped\n"


@pytest.mark.parametrize("kept", [True, False])
def test_an_error_is_logged_at_once_only_if_nobody_keeps_the_task(kept: bool) -> None:
    async def fail() -> None:
        raise ConnectionError("storage is down")

    async def main() -> list[str]:
        told: list[str] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(context["message"]))
        tasks = [asyncio.create_task(fail())]
        if not kept:
            tasks.clear()
        for _ in range(3):
            await asyncio.sleep(0)
        gc.collect()
        found = list(told)
        told.append(f"{len(tasks)} kept")
        return found

    assert asyncio.run(main()) == ([] if kept else ["Task exception was never retrieved"])


def test_it_runs_even_if_the_endpoint_raises_afterwards() -> None:
    app = FastAPI()

    async def work() -> None:
        print("done")

    @app.post("/orders")
    async def order() -> None:
        asyncio.create_task(work())  # noqa: RUF006 - as people write it
        raise HTTPException(404)

    timeline = play_app(app, Story((Request("ann", "/orders", "POST"),)))
    assert timeline.response("ann").status == 404
    assert timeline.printed == "done\n"


def test_it_starts_while_the_endpoint_is_still_waiting() -> None:
    app = FastAPI()

    async def work() -> None:
        pass

    @app.post("/orders")
    async def order() -> None:
        asyncio.create_task(work())  # noqa: RUF006 - as people write it
        await asyncio.sleep(2)

    timeline = play_app(app, Story((Request("ann", "/orders", "POST"),)))
    assert timeline.at("task.started", "work") == 0.0 < timeline.at("response.finished") == 2.0


def test_a_def_endpoint_has_no_running_loop() -> None:
    app = FastAPI()

    async def work() -> None:
        pass

    @app.post("/orders")
    def order() -> str:
        coroutine = work()
        try:
            asyncio.create_task(coroutine)  # noqa: RUF006 - it raises
        except RuntimeError as error:
            return str(error)
        finally:
            coroutine.close()
        return "started"

    timeline = play_app(app, Story((Request("ann", "/orders", "POST"),)))
    assert timeline.response("ann").body == '"no running event loop"'


@pytest.mark.parametrize("server", SERVERS)
def test_no_server_waits_for_it_at_a_shutdown(server: str) -> None:
    assert every()[f"sigterm-{server}"].result["created_task_finished"] is False


@pytest.mark.parametrize("server", SERVERS)
def test_each_server_waits_for_it_if_the_lifespan_does(server: str) -> None:
    found = every()[f"awaited-{server}"].result
    assert found["created_task_finished"] is True
    assert min(found["exit_after_s"]) > found["task_s"] - 1


def test_ruff_finds_the_task_that_nobody_keeps_and_not_the_one_in_the_dict() -> None:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "RUF006"]
    told = {
        name: subprocess.run([*command, snippet(f"create_task/{name}").path], capture_output=True)
        for name in ("collected", "wrong")
    }
    assert b"RUF006" in told["collected"].stdout
    assert told["wrong"].returncode == 0
