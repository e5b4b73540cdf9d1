"""Expressions over a recording: numbers, texts and statements."""

import pytest

from recorder import Event, Response, Timeline
from recorder.expression import ExpressionError, evaluate, truths

RUN = Timeline(
    [
        Event(0.0, "request.sent", "ann"),
        Event(0.0, "response.finished", "ann"),
        Event(0.5, "request.sent", "bob"),
        Event(0.0, "task.started", "ann", "send_all"),
        Event(2.25, "task.finished", "ann", "send_all/send_push"),
        Event(5.0, "task.finished", "ann", "send_all"),
        Event(6.0, "task.finished", "bob", "send_all"),
        Event(6.0, "print", "ann", "", "all sent = done"),
    ],
    [
        Response("ann", 200, [], '{"status": "queued"}'),
        Response("bob", 404),
        Response("bob", 503),
    ],
)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("response.finished", 0.0),
        ("task.finished send_push", 2.25),
        ("task.finished send_all/send_push", 2.25),
        ("task.finished send_all @ann", 5.0),
        ("task.finished send_all #2", 6.0),
        ("task.finished @bob", 6.0),
        ("task.finished send_all #2 - task.finished send_all #1", 1.0),
        ("task.finished send_push - 2 - 0.25", 0.0),
        ("count task.finished", 3.0),
        ("count task.finished send_all @ann", 1.0),
        ("count task.failed", 0.0),
        ("status @ann", 200.0),
        ("status @bob #2", 503.0),
        ("status #2", 404.0),
        ("text print", "all sent = done"),
        ("body @ann", '{"status": "queued"}'),
        ("body @ann ~ queued", True),
        ("body @ann ~ completed", False),
        ("text print ~ sent = done", True),
        ("status @ann = 200", True),
        ("request.sent @ann < request.sent @bob", True),
        ("request.sent @bob < request.sent @ann", False),
        ("response.finished <= task.started", True),
        ("response.finished < task.started", False),
        ("0 <= request.sent @bob < task.finished send_push < 3", True),
        ("0 <= request.sent @bob < task.finished send_push < 2", False),
        ("count task.finished = 3", True),
        ("task.finished send_push - request.sent @bob = 1.75", True),
        ("end", 6.0),
        ("end - task.finished send_push = 3.75", True),
        ("status @ann = 200 and count task.failed = 0", True),
        ("status @ann = 200 and count task.failed = 1", False),
        ("status @ann = 500 and task.failed = 0", False),
        ("status @ann = 200 and end = 6 and text print ~ sent = done", True),
        ("text print ~ sent and status @ann = 200", True),
        ("text print ~ sent and text print ~ lost", False),
    ],
)
def test_an_expression_has_the_value_of_the_recording(
    expression: str, value: float | str | bool
) -> None:
    found = evaluate(expression, RUN)
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("task.exploded", "matches 0 times"),
        ("task.finished", "matches 3 times in the recording, expected once"),
        ("task.finished @carol", "matches 0 times"),
        ("task.finished #4", "matches 3 times"),
        ("task.finished #0", "matches 3 times"),
        ("status", "matches 3 times"),
        ("body @carol", "matches 0 times"),
    ],
)
def test_an_event_or_answer_that_is_not_there_is_an_error(expression: str, complaint: str) -> None:
    with pytest.raises(LookupError, match=complaint):
        evaluate(expression, RUN)


@pytest.mark.parametrize(
    "expression",
    [
        *["", "finished", "count", "@ann", "task.finished a b", "0 < finished", "= 3"],
        *[
            "end and status @ann = 200",
            "status @ann = 200 and end",
            "body @ann ~ a and b",
            "end @ann",
        ],
    ],
)
def test_an_expression_that_makes_no_sense_is_an_error(expression: str) -> None:
    with pytest.raises(ExpressionError, match="cannot read"):
        evaluate(expression, RUN)


def test_a_truth_is_what_a_statement_says_and_none_where_there_is_none() -> None:
    said = ["end = 6", "end = 5", "end", "text print", "task.exploded = 1", "", "task.finished #1"]
    assert truths(said, RUN) == [True, False, None, None, None, None, None]


def test_a_number_that_python_refuses_to_read_is_no_truth() -> None:
    assert truths([f"task.finished #{'9' * 5000} = 1", " and ".join(["end = 6"] * 5000)], RUN) == [
        None,
        True,
    ]
