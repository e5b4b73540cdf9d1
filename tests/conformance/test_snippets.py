"""The guide's own snippets are served by uvicorn as their timelines say."""

from tests.conformance.judge import judged
from tests.conformance.snippets import names, recorded

_LONGEST = 10.0  # virtual seconds

# What waits otherwise than by sleep, timeout and wait_for, so that its time cannot be scaled; and
# whose tasks are no background tasks, so that nobody hears them.
LEFT_OUT = {
    "create_task/collected": "create_task",
    "create_task/right": "create_task",
    "create_task/wrong": "create_task",
    "websocket_and_streaming/right": "a TaskGroup",
    "when_to_use_a_queue/right": "looks for a message broker that is not there",
    "when_to_use_a_queue/right_retry": "looks for a message broker that is not there",
    "when_to_use_a_queue/wrong_celery": "looks for a message broker that is not there",
}


def test_uvicorn_serves_the_snippets_as_their_timelines_say() -> None:
    played = [recorded(name) for name in names() if name not in LEFT_OUT]
    short = [case for case in played if case.virtual.end <= _LONGEST]
    assert len(short) > len(played) / 2
    verdicts = judged(short, scales=(0.2, 0.2, 0.5, 1.0))
    differing = [str(verdict) for verdict in verdicts if not verdict.agrees]
    assert not differing, "\n".join(differing)


def test_what_is_left_out_is_there() -> None:
    assert set(LEFT_OUT) <= set(names())
