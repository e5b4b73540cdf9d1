"""The guide's own snippets are served by uvicorn as their timelines say."""

from tests.conformance.judge import judged
from tests.conformance.snippets import names, recorded

_LONGEST = 10.0  # virtual seconds

# What waits otherwise than by sleep, timeout and wait_for, so that its time cannot be scaled; and
# whose tasks are no background tasks, or bear other names here, so that nobody hears them.
NAMES = "a task that is wrapped, repeated or none is named otherwise here"
FILE = "its client sends a file, which the one here does not"
LEFT_OUT = {
    "add_task_call_mistakes/right": NAMES,
    "add_task_call_mistakes/wrong": NAMES,
    "add_task_call_mistakes/wrong_lambda": NAMES,
    "context_and_tracing/carried": NAMES,
    "create_task/collected": "create_task",
    "create_task/right": "create_task",
    "create_task/wrong": "create_task",
    "failure_aborts_rest/right": NAMES,
    "memory/right": FILE,
    "middleware/slow_client": "the client has all by Content-Length before the app says so",
    "uploadfile_closed/right": FILE,
    "uploadfile_closed/right_saved": FILE,
    "uploadfile_closed/wrong": FILE,
    "websocket_and_streaming/right": "a TaskGroup",
    "websocket_and_streaming/wrong": "messages alone: the server here stops before the second",
    "when_to_use_a_queue/right": "looks for a message broker that is not there",
    "when_to_use_a_queue/right_retry": "looks for a message broker that is not there",
    "when_to_use_a_queue/wrong_celery": "looks for a message broker that is not there",
}


def test_uvicorn_serves_the_snippets_as_their_timelines_say() -> None:
    played = [recorded(name) for name in names() if name not in LEFT_OUT]
    short = [case for case in played if case.virtual.end <= _LONGEST]
    assert len(short) > len(played) / 2
    verdicts = judged(short, scales=(0.2, 0.2, 0.5, 1.0, 2.0))
    differing = [str(verdict) for verdict in verdicts if not verdict.agrees]
    assert not differing, "\n".join(differing)


def test_what_is_left_out_is_there() -> None:
    assert set(LEFT_OUT) <= set(names())
