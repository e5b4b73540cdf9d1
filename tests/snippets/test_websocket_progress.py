"""What the page "websocket-progress" promises, and what breaks each promise."""

from collections.abc import Callable

import pytest

from recorder import Timeline
from tests.snippets.patterns import Break, check

LEFT = "if leaving_cancels and left.code != RESTART:"
BREAKS = [
    Break("test_a_socket_hears_the_changes_and_the_end", "**progress, seen", "seen"),
    Break(
        "test_who_joins_late_at_another_worker_hears_the_present_state_first",
        'told: dict[str, object] = {"state": "running"}',
        "told = await look_up(job_id)",
    ),
    Break("test_the_work_goes_on_when_a_client_leaves", LEFT, "if left.code != RESTART:"),
    Break("test_a_client_may_have_its_leaving_end_the_work", LEFT, "if False:"),
    Break("test_a_client_ends_the_work_by_a_message", '== "cancel":', '== "":'),
    Break("test_a_deploy_is_not_taken_for_a_client_that_leaves", LEFT, "if leaving_cancels:"),
    Break(
        "test_a_client_that_leaves_amid_a_look_locks_nothing",
        "with anyio.CancelScope(shield=True):\n        async with sessions() as db:",
        "with anyio.CancelScope():\n        async with sessions() as db:",
    ),
    Break("test_a_failure_is_told", "except Exception:", "except ValueError:"),
    Break("test_a_job_without_a_sign_of_life_is_lost", '"lost" if lost else ', ""),
    Break(
        "test_a_job_that_nobody_knows_is_said_to_be_unknown",
        'return {"state": "unknown"}',
        'raise ValueError("unknown")',
    ),
]

Play = Callable[[str], Timeline]


@pytest.fixture
def recorded(play: Play) -> Timeline:
    """The recording of app.py."""
    return play("app")


def heard(timeline: Timeline, visitor: str) -> list[tuple[float, str]]:
    return [(one.at, one.text) for one in timeline.find("websocket.sent", visitor=visitor)]


def test_who_joins_late_hears_the_present_state_first(recorded: Timeline) -> None:
    assert heard(recorded, "bob")[0] == (3.3, '{"state":"running","percent":60}')
    assert heard(recorded, "bob")[-1] == (5.3, '{"state":"done","percent":100}')
    assert recorded.at("websocket.closed", visitor="bob") == 5.8


def test_anns_leaving_ends_nothing(recorded: Timeline) -> None:
    assert recorded.at("client.disconnected", visitor="ann") == 2.4
    assert recorded.at("task.finished", "run", "ann") == 5.0


def test_carls_leaving_ends_his_work_at_the_next_beat(recorded: Timeline) -> None:
    assert recorded.at("client.disconnected", visitor="carl") == 2.4
    assert recorded.at("task.finished", "run", "carl") == 2.7


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_is_kept_and_its_test_fails_without_it() -> None:
    check("websocket-progress", BREAKS)
