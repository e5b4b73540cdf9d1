"""Which row of the drawing an event belongs to."""

import asyncio

from fastapi import FastAPI

from recorder import Event, Request, Story, Timeline, play
from recorder.arrange import arrange
from recorder.rows import Bar, Row
from recorder.words import ENGLISH


def rows(*events: tuple[float, str, str, str]) -> list[Row]:
    """The rows of events given as virtual second, kind, visitor and text."""
    return arrange(
        Timeline([Event(at, kind, who, "", text) for at, kind, who, text in events]), ENGLISH
    )


def test_rows_are_grouped_by_visitor_and_ordered_by_start() -> None:
    found = rows(
        (0.0, "request.sent", "ann", "GET /1"),
        (1.0, "request.sent", "bob", "GET /2"),
        (2.0, "request.sent", "ann", "GET /3"),
    )
    assert [row.label for row in found] == ["ann  GET /1", "ann  GET /3", "bob  GET /2"]


def test_the_same_request_sent_again_meanwhile_keeps_the_first_ones_bar_whole() -> None:
    first, second = rows(
        (0.0, "request.sent", "ann", "GET /"),
        (0.0, "request.received", "ann", "GET /"),
        (1.0, "request.sent", "ann", "GET /"),
        (1.0, "request.received", "ann", "GET /"),
        (3.0, "response.finished", "ann", "200"),
        (4.0, "response.finished", "ann", "200"),
    )
    assert first.bars == [Bar(0.0, 3.0, "request", (0, 1, 4))]
    assert second.bars == [Bar(1.0, 4.0, "request", (2, 3, 5))]


def test_a_request_that_is_received_at_once_has_no_bar_of_waiting() -> None:
    (row,) = rows(
        (0.0, "request.sent", "ann", "GET /"),
        (0.0, "request.received", "ann", "GET /"),
        (3.0, "response.finished", "ann", "200"),
    )
    assert row.bars == [Bar(0.0, 3.0, "request", (0, 1, 2))]


def test_a_quick_answer_belongs_to_the_quick_one_of_a_visitors_two_requests() -> None:
    app = FastAPI()

    @app.get("/{seconds}")
    async def wait(seconds: int) -> None:
        await asyncio.sleep(seconds)

    timeline = play(app, Story((Request("ann", "/9"), Request("ann", "/1", at=1.0))))
    slow, fast = arrange(timeline, ENGLISH)

    assert [slow.label, slow.end] == ["ann  GET /9", 9.0]
    assert [fast.label, fast.end] == ["ann  GET /1", 2.0]


def test_a_wait_ends_with_the_event_that_what_was_waited_for_begins_with() -> None:
    (row,) = rows(
        (0.0, "request.sent", "ann", "GET /"),
        (2.0, "request.received", "ann", "GET /"),
        (2.0, "response.started", "ann", "200"),
        (2.0, "response.chunk", "ann", "hi"),
        (3.0, "response.finished", "ann", "200"),
        (3.0, "request.failed", "ann", "ValueError"),
    )
    assert row.bars == [Bar(0.0, 2.0, "wait", (0, 1)), Bar(2.0, 3.0, "request", (1, 2, 4, 5))]
    assert [mark.events for mark in row.marks] == [(3,), (4,)]
