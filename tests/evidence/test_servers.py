"""What probes of servers make of what they saw."""

import pytest

from evidence import nginx
from evidence.processes import ProbeError
from evidence.repeating import agreed, each, same
from evidence.servers import shutdown, timeouts
from evidence.servers.latency import percentile
from evidence.servers.restart import told
from evidence.servers.setups import LIMITED, PROXIES, QUESTIONS, READY, SETUPS
from evidence.serving import COMMANDS
from site_build.snippets import LANGUAGES

FINISHED = "mark: started async\nmark: finished async\nmark: started second\n"
KEPT = {
    "async": f"{READY}\n{FINISHED}mark: lifespan ended\n",
    "def": "mark: started def\nmark: finished def\nmark: started second\n",
    "created": "mark: started created\nmark: cancelled created\n",
    "response": "mark: started response\n",
}
TOPICS = ("sigterm", "sigterm-all", "sigint", "grace", "sigkill")


def ended(log: str, body: bytes = shutdown.PARTS) -> shutdown.Ended:
    return shutdown.Ended(log, 4.567, body)


def runs(**logs: str) -> dict[str, list[shutdown.Ended]]:
    """Three runs of each kind, of which all went the same way."""
    return {kind: [ended(log)] * 3 for kind, log in (KEPT | logs).items()}


def test_what_the_app_marked_becomes_the_answer() -> None:
    found = shutdown.result(runs())
    assert found["async_task_finished"] is True
    assert found["def_task_finished"] is True
    assert found["second_task_started"] is True
    assert found["created_task_finished"] is False
    assert found["created_task_saw_cancelled_error"] is True
    assert found["response_complete"] is True
    assert found["lifespan_shutdown_ran"] is True
    assert found["exited_within_30_s"] is True
    assert found["exit_after_s"] == [4.57] * 3


def test_a_server_that_does_not_end_in_time_is_told() -> None:
    hanging = runs() | {"created": [ended(""), ended(""), shutdown.Ended("", 30.01)]}
    assert shutdown.result(hanging)["exited_within_30_s"] == "in 11 of 12 runs"


@pytest.mark.parametrize(
    ("kind", "log", "answer"),
    [
        ("async", f"{READY}\nmark: started async\n", "async_task_finished"),
        ("async", f"{READY}\nmark: finished async\n", "second_task_started"),
        ("async", f"{READY}\n{READY}\n{FINISHED}mark: lifespan ended\n", "lifespan_shutdown_ran"),
        ("def", "mark: started def\n", "def_task_finished"),
    ],
)
def test_what_the_app_did_not_mark_turns_the_answer_round(kind, log, answer: str) -> None:
    assert shutdown.result(runs(**{kind: log}))[answer] is False


def test_a_response_that_lacks_its_end_is_not_complete() -> None:
    broken = runs() | {"response": [ended("", b"part\npart\n")] * 3}
    assert shutdown.result(broken)["response_complete"] is False


def test_runs_that_do_not_agree_are_an_error_that_names_the_question() -> None:
    mixed = runs()
    mixed["def"] = [*mixed["def"][:2], ended("mark: started def\n")]
    with pytest.raises(ProbeError, match=r"finished def: .*True, True, False"):
        shutdown.result(mixed)


def test_a_race_is_told_as_a_number_of_runs() -> None:
    assert agreed([True, True]) is True
    assert agreed([False, False]) is False
    assert agreed([True, False, True]) == "in 2 of 3 runs"
    assert told(["502", "502"]) == "502"
    assert told(["502", "200", "502"]) == "502 / 200"


def test_the_first_run_that_fails_ends_the_rest() -> None:
    seen: list[int] = []

    def run(case: int) -> int:
        seen.append(case)
        raise ProbeError(f"case {case}")

    with pytest.raises(ProbeError, match="case 1"):
        each(run, [1, 2, 3], times=5, at_once=1)
    assert len(seen) < 15
    assert each(str, [1, 2], times=2, at_once=2) == {1: ["1", "1"], 2: ["2", "2"]}
    with pytest.raises(ProbeError, match="do not agree"):
        same([1, 2])


def test_a_task_or_its_worker_is_over_first() -> None:
    killed = [timeouts.Watched(finished=False, killed=True, over_after_s=3.214)]
    done = [timeouts.Watched(finished=True, killed=False, over_after_s=7.0)]
    found = timeouts.result(timeouts.GUNICORN, "async", killed)
    assert found["worker_killed"] is True
    assert found["worker_killed_after_s"] == [3.21]
    assert timeouts.result(timeouts.GUNICORN, "async", done)["task_finished_after_s"] == [7.0]
    with pytest.raises(ProbeError, match="async finished"):
        timeouts.result(timeouts.GUNICORN, "async", killed + done)


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(120, 0, -1)]
    assert percentile(values, 50) == 60.0
    assert percentile(values, 99) == 119.0
    assert percentile([7.0], 99) == 7.0


@pytest.mark.parametrize("setup", [*SETUPS, *LIMITED], ids=lambda setup: setup.suffix)
def test_a_server_has_a_command_a_name_in_both_languages_and_versions(setup) -> None:
    assert setup.server in COMMANDS
    assert set(setup.versions) == {"fastapi", "starlette", setup.server, *setup.packages}
    for topic in TOPICS:
        asked = setup.finding(topic, "my-page", {"times": 1}).question
        assert set(asked) == set(LANGUAGES)
        assert all(QUESTIONS[setup.name][language] in asked[language] for language in asked)
        assert not any("{" in text for text in asked.values())


def test_a_row_is_called_by_topic_task_server_workers_and_proxy(monkeypatch) -> None:
    monkeypatch.setattr(nginx, "version", lambda: "1.22.1")
    found = LIMITED[2].finding("timeout", "my-page", {}, task="def-cpu", proxy="nginx-keepalive")
    assert found.id == "timeout-def-cpu-hypercorn-10-s-two-workers-nginx-keepalive"
    assert found.versions["nginx"] == "1.22.1"
    assert "two workers, behind nginx with keep-alive" in found.question["en"]
    assert set(PROXIES) <= set(QUESTIONS)


def test_a_machine_without_nginx_is_told_what_to_install(monkeypatch) -> None:
    nginx.binary.cache_clear()
    monkeypatch.setattr(nginx, "find", lambda _: None)
    with pytest.raises(ProbeError, match="apt-get install nginx"):
        nginx.binary()
