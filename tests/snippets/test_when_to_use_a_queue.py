"""What the page "when-to-use-a-queue" says, as assertions."""

import difflib
import inspect
import itertools
import runpy
from collections.abc import Callable

import pytest
import uvicorn
from fastapi import BackgroundTasks
from kombu.transport.redis import Channel
from starlette.background import BackgroundTask

from evidence.rows import row
from recorder import Timeline
from site_build.snippets import FOLDER, snippet

Play = Callable[[str], Timeline]


def completed_in_spite_of_the_kill(timeline: Timeline) -> bool:
    """The invariant: the training's process is killed in the middle, and yet it is completed."""
    killed = [event.at for event in timeline.find("task.failed") if event.text == "SIGKILL"]
    ends = [event.at for event in timeline.find("task.finished")]
    return len(killed) == 1 and any(end > killed[0] for end in ends)


def test_wrong_loses_the_training_with_its_web_process(wrong: Timeline) -> None:
    assert not completed_in_spite_of_the_kill(wrong)
    assert wrong.printed == "churn: training\n"


def test_celery_with_default_settings_loses_the_training_with_its_worker(play: Play) -> None:
    assert not completed_in_spite_of_the_kill(play("wrong_celery"))
    assert play("wrong_celery").printed == "churn: training\n"


def test_right_runs_the_training_again_when_its_worker_was_killed(right: Timeline) -> None:
    assert completed_in_spite_of_the_kill(right)
    assert right.printed == "churn: training\nchurn: training\nchurn: trained\n"


@pytest.mark.parametrize("variant", ["wrong", "wrong_celery", "right"])
def test_the_client_has_its_answer_before_the_kill(play: Play, variant: str) -> None:
    timeline = play(variant)
    assert timeline.response("ann").status == 200
    assert timeline.at("response.finished", visitor="ann") < timeline.at("task.failed")


def test_after_the_kill_redis_has_no_copy_of_a_message_acknowledged_early(play: Play) -> None:
    told = play("wrong_celery").find("log", visitor="redis")
    assert [event.text for event in told] == ["0 waiting, 0 unacknowledged"]


def settings_of(variant: str):
    return runpy.run_path(str(FOLDER / f"when_to_use_a_queue/{variant}.py"))["celery_app"].conf


def test_the_often_shown_app_acknowledges_early_and_has_no_result_backend() -> None:
    conf = settings_of("wrong_celery")
    assert not conf.task_acks_late
    assert not conf.task_reject_on_worker_lost
    assert conf.result_backend is None


def test_the_right_app_acknowledges_late_and_looks_for_lost_messages() -> None:
    conf = settings_of("right")
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    options = conf.broker_transport_options
    assert options["visibility_timeout"] > 3
    assert conf.worker_prefetch_multiplier == 1
    assert options["unacked_restore_interval"] * options["unacked_restore_throttle"] == 2


def test_by_default_a_message_comes_back_after_an_hour_and_is_looked_for_every_100_s() -> None:
    assert Channel.visibility_timeout == 3600
    assert Channel.unacked_restore_interval * Channel.unacked_restore_throttle == 100


def bob_is_received_when_he_asks(timeline: Timeline) -> bool:
    """The invariant of blocking: an hour of training keeps nobody else waiting."""
    return timeline.at("request.received", visitor="bob") == 60.0


def test_a_blocking_training_in_async_def_keeps_everybody_waiting_for_an_hour(play: Play) -> None:
    assert not bob_is_received_when_he_asks(play("wrong_blocking"))
    assert play("wrong_blocking").at("request.received", visitor="bob") == 3600.0


def test_a_training_in_def_holds_a_thread_and_keeps_nobody_waiting(play: Play) -> None:
    assert bob_is_received_when_he_asks(play("right_blocking"))
    assert play("right_blocking").at("thread.finished", "train_ml_model") == 3600.0


def test_the_blocking_and_the_threaded_training_differ_in_one_word() -> None:
    wrong, right = (
        snippet(f"when_to_use_a_queue/{side}_blocking").code.splitlines()
        for side in ("wrong", "right")
    )
    changed = [line for line in difflib.ndiff(wrong, right) if line[0] in "-+"]
    assert changed == [
        "- async def train_ml_model() -> None:",
        "+ def train_ml_model() -> None:",
    ]


def receipt_is_sent(timeline: Timeline) -> bool:
    """The invariant of retrying: a failure that passes does not cost the receipt."""
    return "receipt 7: sent\n" in timeline.printed


def test_a_background_task_that_fails_is_not_tried_again(play: Play) -> None:
    assert not receipt_is_sent(play("wrong_retry"))
    assert play("wrong_retry").printed == "receipt 7: attempt 1\n"
    assert play("wrong_retry").response("ann").status == 200


def test_celery_tries_again_and_waits_twice_as_long_each_time(play: Play) -> None:
    timeline = play("right_retry")
    assert receipt_is_sent(timeline)
    starts = [event.at for event in timeline.find("task.started")]
    waits = [round(after - before) for before, after in itertools.pairwise(starts)]
    assert waits == [1, 2]


def test_any_function_takes_one_line_and_runs_after_the_response(play: Play) -> None:
    timeline = play("temptation")
    assert timeline.at("response.finished") == 0.0
    assert timeline.at("task.finished", "any_function") == 5.0
    assert "add_task(any_function)" in snippet("when_to_use_a_queue/temptation").section("one_line")


def test_starlette_runs_a_task_without_any_timeout() -> None:
    source = inspect.getsource(BackgroundTask) + inspect.getsource(BackgroundTasks)
    assert "timeout" not in source


def test_uvicorn_sets_no_limit_to_its_graceful_shutdown() -> None:
    assert uvicorn.Config("app").timeout_graceful_shutdown is None


def test_a_killed_web_process_loses_the_background_task_but_not_the_queued_job() -> None:
    found = row("web-process-kill").result
    assert (found["background_task_finished"], found["queued_job_finished"]) == (False, True)


def test_messages_come_back_sooner_when_redis_is_searched_more_often() -> None:
    slow = row("celery-late-ack-slow-sweep").result["run_again_after_s"]
    fast = row("celery-late-ack-fast-sweep").result["run_again_after_s"]
    assert max(fast) < 20 < 60 < min(slow)


def test_messages_that_wait_in_a_worker_come_back_too_unless_it_reserves_none() -> None:
    found = row("celery-prefetched").result
    assert found["task_s"] < found["visibility_timeout_s"]
    assert min(found["starts"]) > found["jobs"]
    assert set(found["starts_with_prefetch_1"]) == {found["jobs"]}


def test_a_job_that_kills_its_child_each_time_comes_back_each_time() -> None:
    found = row("celery-child-killed-each-time").result
    assert found["came_back"] == found["kills"] > 1


def test_an_older_kombu_does_not_look_for_messages_more_often() -> None:
    older = row("celery-5-6-late-ack-fast-sweep").result["run_again_after_s"]
    assert max(row("celery-late-ack-fast-sweep").result["run_again_after_s"]) < 20 < min(older)


def test_a_broker_that_is_down_stops_everybody_only_in_async_def() -> None:
    in_async_def = row("celery-broker-down-async-def").result["ping_s"]
    in_def = row("celery-broker-down-def").result["ping_s"]
    assert max(in_def) < min(in_async_def)


def test_only_the_fortieth_def_task_makes_a_def_endpoint_wait() -> None:
    found = row("def-tasks-fill-the-pool").result
    assert max(found["with_39_tasks_s"]) < 0.5 < 1 < min(found["with_40_tasks_s"])


def test_a_schedule_needs_a_process_that_schedules() -> None:
    assert not row("celery-beat").result["worker_alone_runs_it"]
    assert not row("rq-schedule").result["plain_worker_runs_it"]
