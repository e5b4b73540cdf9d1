"""Special cases of HTTP, WebSockets, threads and pools go with uvicorn as the recorder says."""

import importlib

from tests.conformance.corner import CASES
from tests.conformance.judge import expected, judged

for name in ("corners", "socket_corners", "thread_corners", "pool_corners"):
    importlib.import_module(f"tests.conformance.{name}")


def test_uvicorn_serves_special_cases_as_the_recorder_plays_them() -> None:
    verdicts = judged([expected(case) for case in CASES.values()])
    differing = [str(verdict) for verdict in verdicts if not verdict.agrees]
    assert not differing, "\n".join(differing)


def test_two_tasks_take_turns_at_the_one_connection_of_a_pool() -> None:
    played = expected(CASES["two_tasks_that_want_the_one_connection"]).virtual.when()
    assert (played["ann has it: 1"], played["bob has it: 1"]) == (0.0, 3.0)
    late = expected(CASES["a_task_that_waits_too_long_for_the_one_connection"]).virtual.when()
    assert late["bob TimeoutError"] == 2.5
