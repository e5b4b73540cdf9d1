"""What the page "serverless" says, as assertions."""

import runpy
from collections.abc import Callable

from fastapi import FastAPI

from evidence.rows import row
from recorder import Request, Story, Timeline
from recorder import play as play_app
from site_build.snippets import snippet

Play = Callable[[str], Timeline]


def answered_at_once_and_sent(timeline: Timeline) -> bool:
    """The invariant: nobody waits for the receipt, and the receipt is sent."""
    at_once = timeline.at("response.finished", visitor="ann") == 0.0
    return at_once and timeline.printed == "receipt 7: sent\n"


def test_wrong_answers_when_the_background_task_is_over(wrong: Timeline) -> None:
    assert not answered_at_once_and_sent(wrong)
    assert wrong.at("response.finished") == wrong.at("task.finished") == 3.0


def test_right_answers_at_once_and_works_inside_a_second_request(right: Timeline) -> None:
    assert answered_at_once_and_sent(right)
    assert right.at("request.received", visitor="queue") == 1.0
    assert right.at("response.finished", visitor="queue") == 4.0
    assert not right.find("task.started")


def test_the_same_app_without_the_adapter_answers_at_once() -> None:
    api = runpy.run_path(str(snippet("serverless/wrong").path))["api"]
    assert isinstance(api, FastAPI)
    timeline = play_app(api, Story((Request("ann", "/orders/7", "POST"),)))
    assert answered_at_once_and_sent(timeline)


def test_both_have_the_same_adapter() -> None:
    wrong, right = (snippet(f"serverless/{side}").code for side in ("wrong", "right"))
    adapters = [
        code.partition("class Adapter:")[2].replace("  # (1)!", "") for code in (wrong, right)
    ]
    assert adapters[0].replace("  # (2)!", "") == adapters[1]


def test_mangum_returns_when_the_background_task_is_over_and_keeps_the_200_if_it_fails() -> None:
    found = row("mangum-event").result
    assert min(found["answered_after_s"]) >= found["task_s"]
    assert (found["status_when_the_task_fails"], found["error_logged"]) == (200, True)


def test_a_server_that_is_stopped_after_its_answer_ends_the_task_with_the_next_request() -> None:
    found = row("frozen-uvicorn-httptools").result
    assert found["frozen_given_s"] > found["task_s"]
    assert found["finished_while_frozen"] is False
    assert max(found["finished_after_thaw_s"]) < 1
    assert found["discarded_said_anything"] is False
