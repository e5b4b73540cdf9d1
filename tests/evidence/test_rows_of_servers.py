"""The committed rows of servers: which finish what, and what costs a client an answer."""

import statistics

import pytest

from evidence.rows import Row, every
from evidence.servers import timeouts
from evidence.servers.setups import SETUPS

TOPICS = ("sigterm", "sigterm-all", "sigint", "grace", "sigkill")


def rows(topic: str) -> dict[str, Row]:
    """The rows of a topic by the server, without those that try settings."""
    found = {row.id: row for row in every().values() if row.id.startswith(f"{topic}-")}
    names = [f"{one.name}{end}" for one in SETUPS for end in ("", "-two-workers")]
    return {name: found[f"{topic}-{name}"] for name in names}


def test_all_servers_are_asked_the_same() -> None:
    for topic in TOPICS:
        keys = {tuple(row.result) for row in rows(topic).values()}
        assert len(keys) == 1, topic


def test_of_sigkill_nothing_is_left() -> None:
    for name, row in rows("sigkill").items():
        left = {key for key, value in row.result.items() if value is True}
        assert left <= {"exited_within_30_s"}, name


@pytest.mark.parametrize("topic", TOPICS)
def test_no_server_waits_for_a_task_that_create_task_made(topic: str) -> None:
    for name, row in rows(topic).items():
        assert row.result["created_task_finished"] is False, name


def who(topic: str, key: str) -> set[str]:
    """The servers, with one worker or two, of which something is true."""
    return {name for name, row in rows(topic).items() if row.result[key] is True}


def both(*names: str) -> set[str]:
    return {f"{name}{end}" for name in names for end in ("", "-two-workers")}


WAITING = both("uvicorn-httptools", "uvicorn-h11", "gunicorn")


@pytest.mark.parametrize("topic", ["sigterm", "sigterm-all", "sigint"])
def test_uvicorn_and_gunicorn_finish_all_background_tasks_when_they_are_stopped(topic) -> None:
    for key in ("async_task_finished", "second_task_started", "second_task_started_after_def"):
        assert who(topic, key) == WAITING, key


@pytest.mark.parametrize("topic", ["sigterm", "sigint"])
def test_granian_and_hypercorn_finish_only_the_def_task_whose_thread_python_waits_for(
    topic: str,
) -> None:
    # hypercorn's main process ends its other workers as soon as one, which is idle, has ended.
    finished = WAITING | both("granian") | {"hypercorn"}
    assert who(topic, "def_task_finished") == finished


def test_sigterm_to_all_processes_ends_hypercorn_at_once() -> None:
    assert who("sigterm-all", "def_task_finished") == WAITING | both("granian")


def test_gunicorn_kills_a_worker_whose_loop_is_silent_and_no_other() -> None:
    found = {kind: every()[f"timeout-{kind}-gunicorn"].result for kind in timeouts.KINDS}
    silent = {"blocking", "blocking-cpu", "def-gil"}
    assert {kind for kind in found if found[kind]["worker_killed"]} == silent
    assert {kind for kind in found if not found[kind]["task_finished"]} == silent
    assert {kind for kind in found if not found[kind]["other_response_complete"]} == silent


def test_35_seconds_end_no_task_but_one_that_blocks_gunicorns_loop() -> None:
    lost = {
        (one.name, key)
        for one in SETUPS
        for key, value in every()[f"long-task-{one.name}"].result.items()
        if value is False
    }
    assert lost == {("gunicorn", "blocking_task_finished")}


@pytest.mark.parametrize(
    ("proxy", "lost"),
    [
        ("", {"uvicorn-httptools", "uvicorn-h11", "gunicorn"}),
        ("-nginx", set()),
        ("-nginx-keepalive", {"uvicorn-httptools", "uvicorn-h11", "gunicorn"}),
    ],
)
def test_a_failing_task_costs_the_next_request_of_its_connection_to_uvicorn(proxy, lost) -> None:
    found = {
        one.name: every()[f"error-on-the-connection-{one.name}{proxy}"].result for one in SETUPS
    }
    assert {name for name in found if not found[name]["next_request_answered"]} == lost
    assert all(result["next_request_was_carried_out"] for result in found.values())


def test_a_task_is_finished_whenever_its_client_leaves() -> None:
    found = [row for row in every().values() if row.id.startswith("client-gone-")]
    assert len(found) == 2 * len(SETUPS)
    for row in found:
        assert all(value for value in row.result.values()), row.id


def test_a_grace_that_is_shorter_than_the_task_loses_it_everywhere() -> None:
    for name, row in rows("grace").items():
        assert row.result["grace_s"] < row.result["task_s"]
        assert row.result["async_task_finished"] is False, name
        assert row.result["def_task_finished"] is False, name


def waits(task: str, key: str) -> float:
    """The median of all runs, in milliseconds."""
    row = every()[f"latency-{task}-uvicorn-httptools"]
    return statistics.median(row.result[key])


def test_a_task_delays_all_requests_if_it_holds_the_loop_or_the_gil_and_none_if_it_waits() -> None:
    for kind in ("blocking", "blocking-cpu", "def-gil"):
        assert waits(kind, "p50_ms") > 10 * waits("async", "p50_ms"), kind
    for kind in ("async", "def"):
        assert waits(kind, "p99_ms") < 200, kind


def test_40_tasks_in_threads_delay_def_endpoints_and_39_do_not() -> None:
    for tasks in (40, 41, 80):
        kind = f"{tasks}-def"
        assert waits(kind, "def_endpoint_p50_ms") > 5 * waits(kind, "p50_ms"), kind
        assert waits(kind, "def_endpoint_p50_ms") > 2 * waits("39-def", "def_endpoint_p50_ms")
