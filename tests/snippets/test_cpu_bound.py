"""What the page "cpu-bound" says, as assertions on what was measured."""

import sys

from evidence.rows import every
from recorder import Timeline


def bob_is_answered_within_half_a_second(timeline: Timeline) -> bool:
    """The invariant: a ping does not wait for somebody's computation."""
    asked = timeline.at("request.sent", visitor="bob")
    return timeline.at("response.finished", visitor="bob") - asked < 0.5


def test_wrong_makes_bob_wait_although_the_task_has_a_thread(wrong: Timeline) -> None:
    assert not bob_is_answered_within_half_a_second(wrong)
    answered = wrong.at("response.finished", visitor="bob")
    assert abs(answered - wrong.at("task.finished")) <= 0.3


def test_right_answers_bob_while_the_report_is_being_computed(right: Timeline) -> None:
    assert bob_is_answered_within_half_a_second(right)
    assert right.at("response.finished", visitor="bob") < right.at("task.finished")


def test_both_answer_ann_before_the_report_is_done(wrong: Timeline, right: Timeline) -> None:
    for timeline in (wrong, right):
        assert timeline.response("ann").status == 200
        assert timeline.at("response.finished", visitor="ann") < timeline.at("task.finished")


def test_a_thread_may_keep_the_gil_for_some_milliseconds_while_others_wait() -> None:
    assert 0.001 <= sys.getswitchinterval() <= 0.01


def test_a_pool_of_which_a_process_died_takes_no_further_task() -> None:
    told = every()["broken-process-pool-uvicorn-httptools"].result
    assert told["next_task_fails"]
    assert told["error"].startswith("concurrent.futures.process.BrokenProcessPool: A process in")
