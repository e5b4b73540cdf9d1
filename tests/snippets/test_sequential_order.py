"""What the page "sequential-order" says, as assertions."""

import inspect
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.background import BackgroundTasks

from recorder import Timeline

Play = Callable[[str], Timeline]


def push_is_out_before_the_email(timeline: Timeline) -> bool:
    """The invariant: the quickest notification does not wait for the slowest."""
    return timeline.at("task.finished", "send_push") < timeline.at("task.finished", "send_email")


def test_wrong_sends_the_quickest_notification_last(wrong: Timeline) -> None:
    assert not push_is_out_before_the_email(wrong)


def test_right_sends_the_quickest_notification_first(right: Timeline) -> None:
    assert push_is_out_before_the_email(right)


def test_three_tasks_take_the_sum_of_their_times(wrong: Timeline) -> None:
    ends = [wrong.at("task.finished", f"send_{what}") for what in ("email", "sms", "push")]
    assert ends == [5.0, 8.0, 10.0]


def test_one_task_with_gather_takes_the_longest_time(right: Timeline) -> None:
    assert right.at("task.finished", "send_all") == 5.0


def test_both_answer_at_once(wrong: Timeline, right: Timeline) -> None:
    for timeline in (wrong, right):
        assert timeline.at("response.finished") == 0.0
        assert timeline.response("ann").status == 200


def test_starlette_runs_the_tasks_in_a_plain_loop() -> None:
    source = inspect.getsource(BackgroundTasks.__call__)
    assert "for task in self.tasks:\n            await task()" in source


def test_tasks_run_in_the_order_in_which_they_were_added(play: Play) -> None:
    starts = [(e.name, e.at) for e in play("multi_tasks").find("task.started", visitor="ann")]
    assert starts == [("task1", 0.0), ("task2", 1.0), ("task3", 3.0)]


def test_tasks_of_two_requests_overlap(play: Play) -> None:
    timeline = play("multi_tasks")
    assert timeline.at("task.started", "task1", "bob") < timeline.at(
        "task.finished", "task1", "ann"
    )


def test_promise_all_takes_the_longest_time(play: Play) -> None:
    timeline = play("promise_all")
    assert [event.at for event in timeline.find("task.started")] == [0.0, 0.0, 0.0]
    assert timeline.at("print") == 5.0


def test_promise_all_rejects_at_the_first_failure_and_the_rest_runs_on(play: Play) -> None:
    timeline = play("promise_all_failure")
    assert timeline.at("print") == 3.0 < timeline.at("task.finished", "sendEmail")


def done_when_the_longest_is(timeline: Timeline) -> bool:
    """The invariant of gather: the whole takes as long as its longest part, 5 s."""
    return timeline.at("task.finished", "send_all") == 5.0


def test_gather_gains_nothing_with_blocking_coroutines(play: Play) -> None:
    assert not done_when_the_longest_is(play("wrong_blocking"))
    assert play("wrong_blocking").at("request.received", visitor="bob") == 10.0


def test_gather_of_threads_takes_the_longest_time_and_blocks_nobody(play: Play) -> None:
    assert done_when_the_longest_is(play("right_blocking"))
    assert play("right_blocking").at("request.received", visitor="bob") == 1.0


def test_to_thread_shares_a_pool_of_few_threads() -> None:
    cpus = getattr(os, "process_cpu_count", os.cpu_count)() or 1
    assert ThreadPoolExecutor()._max_workers == min(32, cpus + 4)


def test_gather_of_def_functions_blocks_the_loop_and_then_raises_a_type_error(play: Play) -> None:
    timeline = play("wrong_def")
    failed = timeline.find("task.failed", "send_all")
    assert [event.at for event in failed] == [8.0]
    assert failed[0].text.startswith(
        "TypeError: An asyncio.Future, a coroutine or an awaitable is required"
    )
    assert timeline.printed == "email is out\nsms is out\n"
    assert timeline.at("request.received", visitor="bob") == 8.0


def nothing_runs_on_unattended(timeline: Timeline) -> bool:
    """The invariant: when the background task is over, so is what it started."""
    over = [e for kind in ("finished", "failed") for e in timeline.find(f"task.{kind}", "send_all")]
    return timeline.end <= over[0].at


@pytest.mark.parametrize(
    ("variant", "holds"),
    [("wrong_failure", False), ("right_failure", True), ("task_group", True)],
)
def test_after_a_failure_siblings_run_on_unattended_only_with_plain_gather(
    play: Play, variant: str, holds: bool
) -> None:
    assert nothing_runs_on_unattended(play(variant)) is holds


def test_with_return_exceptions_the_failure_is_logged_and_the_rest_done(play: Play) -> None:
    timeline = play("right_failure")
    assert [event.text for event in timeline.find("log")] == [
        "ERROR not sent (ConnectionError: push gateway is down)"
    ]
    assert timeline.at("task.finished", "send_email") == 5.0


def test_a_task_group_cancels_the_siblings(play: Play) -> None:
    cancelled = play("task_group").find("task.cancelled")
    assert {(event.name, event.at) for event in cancelled} == {
        ("send_all/send_email", 2.0),
        ("send_all/send_sms", 2.0),
    }


def unrelated_task_ran(timeline: Timeline) -> bool:
    """The invariant: a task that depends on nothing runs whatever happens to the others."""
    return len(timeline.find("task.finished", "count_signup")) == 1


def test_wrong_dependent_drops_even_the_unrelated_task(play: Play) -> None:
    assert not unrelated_task_ran(play("wrong_dependent"))
    skipped = [event.name for event in play("wrong_dependent").find("task.skipped")]
    assert skipped == ["mail_invoice", "count_signup"]


def test_right_dependent_runs_the_unrelated_task_and_logs_the_failure(play: Play) -> None:
    assert unrelated_task_ran(play("right_dependent"))
    assert play("right_dependent").find("log")[0].text.startswith("ERROR the invoice was not sent")
