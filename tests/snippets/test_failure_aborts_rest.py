"""What the page "failure-aborts-rest" says, as assertions."""

import inspect
import textwrap
from collections.abc import Callable

from fastapi import BackgroundTasks
from starlette.background import BackgroundTask

from recorder import Timeline
from site_build.snippets import ROOT

Play = Callable[[str], Timeline]


def kitchen_is_told(timeline: Timeline) -> bool:
    """The invariant: a task runs whatever becomes of the one before it."""
    return len(timeline.find("task.finished", "tell_kitchen")) == 1


def test_wrong_never_tells_the_kitchen(wrong: Timeline) -> None:
    assert not kitchen_is_told(wrong)
    assert [event.name for event in wrong.find("task.skipped")] == ["tell_kitchen", "add_points"]


def test_right_tells_the_kitchen_and_adds_the_points(right: Timeline) -> None:
    assert kitchen_is_told(right)
    assert right.at("task.finished", "add_points") == 3.0


def test_both_answer_at_once(wrong: Timeline, right: Timeline) -> None:
    for timeline in (wrong, right):
        assert timeline.at("response.finished") == 0.0
        assert timeline.response("ann").status == 200


def test_the_loop_catches_nothing() -> None:
    loop = inspect.getsource(BackgroundTasks.__call__)
    for language in ("zh", "en"):
        page = (ROOT / f"docs/{language}/failure-aborts-rest.md").read_text("utf-8")
        assert textwrap.dedent(loop) in page
    assert "try" not in loop


def test_add_task_wraps_the_function_as_attempt_does() -> None:
    tasks = BackgroundTasks()
    tasks.add_task(print, "hello")
    assert type(tasks.tasks[0]) is BackgroundTask


def test_right_logs_which_order_has_no_receipt_and_why(right: Timeline) -> None:
    assert [event.text for event in right.find("log")] == [
        "ERROR mail_receipt(7,) failed (ConnectionError: the mail server is down)"
    ]


def test_right_runs_a_def_job_in_a_thread(right: Timeline) -> None:
    assert len(right.find("thread.started", "add_points")) == 1


def test_right_lets_no_error_out(right: Timeline) -> None:
    failed = [event.name for event in right.find("task.failed")]
    assert failed == ["attempt/mail_receipt"]


def test_a_time_limit_gives_up_a_job_that_hangs_and_goes_on(play: Play) -> None:
    timeline = play("time_limit")
    assert timeline.at("task.cancelled", "mail_receipt") == 10.0
    assert timeline.at("task.finished", "tell_kitchen") == 11.0
