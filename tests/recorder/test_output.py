"""What an app prints and logs, and whose it is."""

import asyncio
import gc
import logging
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI

from recorder import Request, Story, play_file
from tests.recorder.apps import PING, answering, app_with, file, run


def test_what_is_printed_belongs_to_the_visitor_and_the_task() -> None:
    async def in_loop() -> None:
        print("in the", "loop")

    def in_thread() -> None:
        print("in the thread\nin two lines")

    timeline = run(app_with(in_loop, in_thread))

    assert [(e.visitor, e.name, e.text) for e in timeline.find("print")] == [
        ("ann", "in_loop", "in the loop"),
        ("ann", "in_thread", "in the thread"),
        ("ann", "in_thread", "in two lines"),
    ]
    assert timeline.printed == "in the loop\nin the thread\nin two lines\n"


def test_what_an_endpoint_prints_belongs_to_the_visitor_alone() -> None:
    async def endpoint() -> None:
        print("hello", end="")

    timeline = run(answering(endpoint), Request("bob", "/", at=2))
    assert [(e.at, e.visitor, e.name, e.text) for e in timeline.find("print")] == [
        (2.0, "bob", "", "hello")
    ]


def test_a_log_line_has_its_level_and_its_error() -> None:
    async def task() -> None:
        try:
            raise ValueError("no paper")
        except ValueError:
            logging.getLogger("printer").exception("page %d", 7)
        logging.getLogger("printer").info("not shown: the level is WARNING")

    (event,) = run(app_with(task)).find("log")
    assert (event.visitor, event.name) == ("ann", "task")
    assert event.text == "ERROR page 7 (ValueError: no paper)"


def forgotten_failures(kept: list[asyncio.Task[None]]) -> FastAPI:
    async def fail() -> None:
        raise ValueError("no paper")

    async def endpoint() -> None:
        kept.append(asyncio.create_task(fail()))
        asyncio.create_task(fail())  # noqa: RUF006 - nobody keeps it

    return answering(endpoint)


def test_what_asyncio_says_of_a_lost_task_is_logged_without_its_number_and_its_file() -> None:
    (event,) = run(forgotten_failures([]), Request("ann", "/")).find("log")
    assert event.text == "ERROR Task exception was never retrieved (ValueError: no paper)"


def test_what_is_collected_after_a_run_is_logged_in_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    kept: list[asyncio.Task[None]] = []
    run(forgotten_failures(kept), Request("ann", "/"))

    async def endpoint() -> None:
        kept.clear()
        gc.collect()

    assert not run(answering(endpoint), Request("ann", "/")).find("log")
    assert not caplog.records


@pytest.mark.parametrize("where", ["at import", "in the endpoint"])
def test_basic_config_is_obeyed_and_gone_afterwards(tmp_path: Path, where: str) -> None:
    setup = "logging.basicConfig(level=logging.INFO)"
    imported, asked = (setup, "pass") if where == "at import" else ("", setup)
    body = f"    {asked}\n    logging.info('seen')\n    return"
    path = file(tmp_path, f"import logging\n{imported}\n{PING.replace('    return', body)}")
    root = logging.getLogger()
    before = root.level, root.handlers[:]

    timeline = play_file(path, Story((Request("ann", "/ping"),)))

    assert [event.text for event in timeline.find("log")] == ["INFO seen"]
    assert (root.level, root.handlers) == before


def test_a_named_loggers_handlers_are_gone_afterwards(tmp_path: Path) -> None:
    setup = "logging.getLogger('shop').addHandler(logging.StreamHandler())"
    path = file(tmp_path, f"import logging\n{setup}\n{PING}")
    for _ in range(2):
        play_file(path, Story((Request("ann", "/ping"),)))
    assert logging.getLogger("shop").handlers == []


def test_stdout_is_restored_even_after_a_deadlock() -> None:
    async def stuck() -> None:
        print("stuck")
        await asyncio.Event().wait()

    before = sys.stdout
    with pytest.raises(Exception, match="no timer is set"):
        run(app_with(stuck))
    assert sys.stdout is before
