"""What counts as a change, and which changes turn an answer round."""

from dataclasses import replace
from typing import Any

import pytest

from evidence.changes import Change, agree, changes
from evidence.units import is_given, unit
from tests.evidence.test_rows import GOOD


def lines(*found: Change) -> list[str]:
    return [str(one) for one in found]


def test_the_day_alone_is_no_change() -> None:
    assert list(changes([GOOD], [replace(GOOD, measured_on="2027-01-01")])) == []


def test_an_answer_that_is_turned_round_has_flipped() -> None:
    turned = replace(GOOD, result={**GOOD.result, "raised": False})
    (change,) = changes([GOOD], [turned])
    assert str(change) == "! broker-down: raised True → False"
    assert change.flipped


def test_a_time_that_is_a_little_different_has_not_flipped() -> None:
    later = replace(GOOD, result={**GOOD.result, "took_s": [1.7, 1.3]})
    (change,) = changes([GOOD], [later])
    assert str(change) == "~ broker-down: took_s [1.5, 1.25] → [1.7, 1.3]"
    assert not change.flipped


def test_other_versions_have_not_flipped() -> None:
    (change,) = changes([GOOD], [replace(GOOD, versions={"celery": "5.8.0"})])
    assert str(change) == "~ broker-down: celery '5.7.0' → '5.8.0'"


def test_a_row_that_is_gone_has_flipped_and_a_new_one_has_not() -> None:
    assert lines(*changes([GOOD], [])) == ["- broker-down"]
    assert [one.flipped for one in changes([GOOD], [])] == [True]
    (new,) = changes([], [GOOD])
    assert str(new).startswith("+ broker-down: {'raised': True")
    assert not new.flipped


def event(at: float, name: str) -> dict[str, Any]:
    return {"at": at, "kind": "task.started", "visitor": "ann", "name": name, "text": ""}


def recording(*events: dict[str, Any]) -> dict[str, Any]:
    return {"format": 1, "events": list(events), "responses": [], "printed": ""}


@pytest.mark.parametrize(
    ("key", "one", "other", "same"),
    [
        ("finished", True, True, True),
        ("finished", True, False, False),
        ("error", "TimeoutError", "ConnectError", False),
        ("raised", True, None, False),
        ("users_saved", 1, 0, False),
        ("starts", [5, 5, 4], 4, True),
        ("exit_after_s", [3.0, 3.1], 4.2, True),
        ("starts", [5, 5, 5], [5, 5], True),
        ("starts", [5, 4], [4, 4], True),  # it was already known to vary
        ("starts", [5, 5], [4, 4], False),
        ("exit_after_s", [3.0, 3.1], [3.4, 3.5], True),
        ("exit_after_s", [3.0], [8.9], True),  # within three times
        ("exit_after_s", [3.0], [9.1], False),
        ("exit_after_s", [0.01], [0.5], True),  # within half a second
        ("exit_after_s", [0.01], [0.6], False),
        ("p99_ms", [5.0], [450.0], True),
        ("p99_ms", [5.0], [1500.0], False),
        ("watched_s", 20, 40, True),
        ("worker_back_after_s", [1.5], [27.0], True),
        ("default_timeout_s", 180, 600, False),
        ("recording", recording(event(1, "a")), recording(event(1.4, "a")), True),
        ("recording", recording(event(1, "a")), recording(event(9, "a")), False),
        ("recording", recording(event(1, "a")), recording(event(1, "b")), False),
        ("recording", recording(event(1, "a")), recording(), False),
    ],
)
def test_answers_must_be_equal_and_times_of_the_same_order(
    key: str, one: Any, other: Any, same: bool
) -> None:
    assert agree(key, one, other) is same
    assert agree(key, other, one) is same


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("exit_after_s", "s"),
        ("p99_ms", "ms"),
        ("connections_at_task_start", ""),
        ("status", ""),
        ("exit_code", ""),
        ("response_at", "s"),
        ("took", None),
        ("class", None),
    ],
)
def test_the_unit_of_a_number_is_in_its_key(key: str, told: str | None) -> None:
    assert unit(key) == told


def test_what_was_given_is_told_from_what_was_measured() -> None:
    assert [key for key in ("watched_s", "task_s", "took_s", "status") if is_given(key)] == [
        "watched_s",
        "task_s",
    ]
