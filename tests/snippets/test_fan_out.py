"""What the page "fan-out" says, as assertions, and each of its promises broken once."""

import json
from collections.abc import Callable

import pytest

from recorder import Timeline
from tests.snippets.patterns import Break, check

Play = Callable[[str], Timeline]
BREAKS = [
    Break(
        "test_the_answer_comes_before_the_first_mail",
        "tasks.add_task(fan_out, name, addresses)",
        "await fan_out(name, addresses)",
    ),
    Break(
        "test_mails_are_sent_together",
        "job = group.create_task(run_one(campaign, address, ends_at))",
        "job = group.create_task(run_one(campaign, address, ends_at))\n            await job",
    ),
    Break(
        "test_no_more_than_the_limit_are_sent_at_once",
        "asyncio.Semaphore(AT_ONCE)",
        "asyncio.Semaphore(1000)",
    ),
    Break(
        "test_no_more_than_the_limit_are_sent_at_once",
        "places: asyncio.Semaphore = app.state.places",
        "places = asyncio.Semaphore(AT_ONCE)",
    ),
    Break(
        "test_a_failure_is_reported_and_the_others_are_sent",
        "except Exception as error:",
        "except LookupError as error:",
    ),
    Break("test_a_failure_is_logged_with_its_traceback", "logger.exception(", "logger.error("),
    Break("test_a_mail_that_hangs_is_given_up_alone", "min(ends_at, now + JOB_S)", "ends_at"),
    Break(
        "test_at_the_deadline_what_runs_is_cut_off_and_the_rest_is_not_started",
        "min(ends_at, now + JOB_S)",
        "now + JOB_S",
    ),
    Break(
        "test_at_the_deadline_what_runs_is_cut_off_and_the_rest_is_not_started",
        "async with asyncio.timeout_at(ends_at):",
        "async with asyncio.timeout(None):",
    ),
    Break(
        "test_a_place_is_free_again_when_a_mail_is_given_up",
        "            job.add_done_callback(lambda _: places.release())\n",
        "            job.add_done_callback(print)\n",
    ),
    Break(
        "test_nothing_runs_on_when_an_outcome_cannot_be_written_down",
        "    async with asyncio.TaskGroup() as group:\n",
        "    group = asyncio.get_running_loop()\n    if True:\n",
    ),
    Break(
        "test_a_campaign_is_started_only_once", "    except IntegrityError", "    except OSError"
    ),
]


@pytest.fixture
def app(play: Play) -> Timeline:
    """The recording of app.py."""
    return play("app")


def outcomes(timeline: Timeline, visitor: str) -> dict[str, str]:
    answer: dict[str, str] = json.loads(timeline.response(visitor).body)
    return answer


def test_the_answer_comes_before_the_first_mail(app: Timeline) -> None:
    assert app.response("ann").status == 202
    assert app.at("response.finished", visitor="ann") == 0.0
    assert [e.name for e in app.find("task.started")][:2] == ["fan_out", "fan_out/run_one"]


def test_never_more_than_two_mails_are_under_way(app: Timeline) -> None:
    changes = [(e.at, 1) for e in app.find("task.started") if "/" in e.name]
    changes += [(e.at, -1) for e in app.find("task.finished") if "/" in e.name]
    under_way = [sum(step for at, step in changes if at <= now) for now, _ in changes]
    assert max(under_way) == 2


def test_the_failure_is_logged_and_nothing_is_skipped(app: Timeline) -> None:
    assert [e.text for e in app.find("log")] == [
        "ERROR no mail to typo (ValueError: no such mailbox)"
    ]
    assert app.find("task.failed") == app.find("task.cancelled") == app.find("task.skipped") == []


def test_who_asks_meanwhile_sees_how_far_it_is(app: Timeline) -> None:
    assert outcomes(app, "bob") == {
        "ann": "sent",
        "typo": "failed: no such mailbox",
        "slow": "started",
        "bob": "started",
        "cid": "not started",
        "dan": "not started",
        "eve": "not started",
    }


def test_at_the_deadline_each_mail_has_its_outcome(app: Timeline) -> None:
    assert app.at("task.finished", "fan_out") == 5.0
    assert outcomes(app, "cid") == {
        "ann": "sent",
        "typo": "failed: no such mailbox",
        "slow": "timed out",
        "bob": "sent",
        "cid": "timed out",
        "dan": "timed out",
        "eve": "not started",
    }


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_is_kept_and_its_test_fails_without_it() -> None:
    check("fan-out", BREAKS)
