"""What the page "sse-progress" promises, and what breaks each promise."""

from collections.abc import Callable

import pytest

from recorder import Timeline
from tests.snippets.patterns import Break, check

BREAKS = [
    Break(
        "test_a_listener_at_another_worker_hears_everything",
        "db.add(Event(job_id=job_id, number=number, kind=kind, data=data))",
        "pass",
    ),
    Break(
        "test_an_event_arrives_while_the_work_goes_on",
        "for event in await events_after(job_id, number):",
        "told = await events_after(job_id, number)\n"
        "        for event in told if told and told[-1].kind in LAST else []:",
    ),
    Break(
        "test_the_work_goes_on_when_the_listener_leaves",
        "    tasks.add_task(run, job.id)\n",
        "",
    ),
    Break(
        "test_who_comes_back_goes_on_where_it_broke_off",
        "return last_event_id",
        "return 0",
    ),
    Break("test_who_comes_late_hears_everything", "Header()] = 0", "Header()] = 6"),
    Break(
        "test_who_has_heard_the_end_is_told_to_stay_away",
        "raise HTTPException(204)",
        "pass",
    ),
    Break(
        "test_a_listener_who_waits_holds_no_connection",
        "        async with sessions() as db:\n",
        '        vars(events_after)["kept"] = db = sessions()\n        if db:\n',
    ),
    Break("test_a_listener_who_leaves_amid_a_look_locks_nothing", "shield=True", "shield=False"),
    Break(
        "test_a_failure_ends_the_stream", "except Exception as error", "except ValueError as error"
    ),
    Break(
        "test_a_job_that_has_fallen_silent_is_lost",
        "while time.time() - heard < LOST_AFTER_S:",
        "while True:",
    ),
    Break(
        "test_proxies_are_told_not_to_hold_events_back",
        ", response_class=EventSourceResponse",
        "",
    ),
]

Play = Callable[[str], Timeline]


@pytest.fixture
def recorded(play: Play) -> Timeline:
    """The recording of app.py."""
    return play("app")


def heard(timeline: Timeline, first: float, last: float) -> list[tuple[float, str]]:
    """Second and id of each event that was received between two virtual seconds."""
    chunks = timeline.find("response.chunk")
    return [(one.at, one.text.rsplit("id: ")[-1]) for one in chunks if first <= one.at <= last]


def test_it_breaks_off_and_goes_on_without_a_gap(recorded: Timeline) -> None:
    assert recorded.at("client.disconnected") == 2.4
    assert heard(recorded, 0, 2.4) == [(0.25, "1"), (1.25, "2"), (2.25, "3")]
    assert heard(recorded, 2.4, 9) == [(3.4, "4"), (4.4, "5"), (5.4, "6"), (5.4, "7")]


def test_the_work_does_not_notice(recorded: Timeline) -> None:
    assert recorded.at("task.finished", "run") == 5.0


def test_who_has_heard_the_end_gets_204(recorded: Timeline) -> None:
    assert [one.status for one in recorded.responses] == [202, 200, 200, 204]


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_is_kept_and_its_test_fails_without_it() -> None:
    check("sse-progress", BREAKS)
