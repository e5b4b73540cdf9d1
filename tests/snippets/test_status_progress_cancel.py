"""What the page "status-progress-cancel" promises, and what breaks each promise."""

import json
from collections.abc import Callable

import pytest

from recorder import Timeline
from tests.snippets.patterns import Break, check

BREAKS = [
    Break(
        "test_the_client_is_told_where_to_ask",
        'response.headers["Location"] = f"/jobs/{job.id}"',
        "pass",
    ),
    Break(
        "test_another_worker_knows_the_progress_and_the_result",
        "change(job_id, percent=progress.percent, seen=time.time())",
        "change(job_id, seen=time.time())",
    ),
    Break(
        "test_a_cancel_at_another_worker_ends_a_wait_in_the_work",
        "    work.cancel()\n",
        "",
    ),
    Break(
        "test_what_is_done_stays_done",
        'Job.state == "running", state="cancelling")',
        'state="cancelling")',
    ),
    Break(
        "test_a_failure_is_recorded", "except Exception as error:", "except ValueError as error:"
    ),
    Break(
        "test_a_job_without_a_sign_of_life_is_lost",
        '"lost" if silent_s > LOST_AFTER_S else state',
        "state",
    ),
    Break(
        "test_a_long_part_is_not_taken_for_a_loss",
        ", seen=time.time())",
        ")",
    ),
    Break(
        "test_the_work_goes_on_when_its_progress_cannot_be_saved",
        '            logging.exception("job %d: its progress is not saved", job_id)\n',
        "            raise\n",
    ),
    Break("test_work_that_ends_amid_a_beat_leaves_no_lock", "shield=True", "shield=False"),
    Break(
        "test_two_workers_may_start_on_one_database",
        "if_not_exists=True",
        "if_not_exists=False",
    ),
    Break("test_no_cache_keeps_an_old_status", '"no-store"', '""'),
]


Play = Callable[[str], Timeline]


@pytest.fixture
def recorded(play: Play) -> Timeline:
    """The recording of app.py."""
    return play("app")


def bodies(timeline: Timeline, visitor: str) -> list[dict[str, object]]:
    return [json.loads(one.body) for one in timeline.responses if one.visitor == visitor]


def test_the_answer_comes_before_the_work(recorded: Timeline) -> None:
    answered = recorded.find("response.finished", visitor="ann")[0]
    assert recorded.response("ann").status == 202
    assert answered.at == 0.0
    assert recorded.events.index(answered) < recorded.events.index(
        recorded.find("task.started", "run", "ann")[0]
    )


def test_the_other_worker_tells_progress_and_result(recorded: Timeline) -> None:
    _, meanwhile, after = bodies(recorded, "ann")
    assert (meanwhile["state"], meanwhile["percent"]) == ("running", 40)
    assert (after["state"], after["percent"]) == ("done", 100)


def test_a_cancel_is_heard_at_the_next_beat_amid_a_part(recorded: Timeline) -> None:
    assert recorded.find("request.received", visitor="bob")[1].at == 3.1
    assert recorded.at("task.finished", "run", "bob") == 3.25
    assert bodies(recorded, "bob")[-1]["state"] == "cancelled"


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_is_kept_and_its_test_fails_without_it() -> None:
    check("status-progress-cancel", BREAKS)
