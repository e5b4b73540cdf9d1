"""The questions that are put to every queue library: their data, and how runs become rows."""

import subprocess
import sys
from dataclasses import asdict, replace

import pytest

from evidence.environments import declared
from evidence.probes import parts
from evidence.processes import ProbeError, Program, happens
from evidence.queues.compared import GROUPS
from evidence.queues.costs import _raised
from evidence.queues.libraries import libraries
from evidence.queues.marks import Marked
from evidence.queues.scenarios import (
    AT_ONCE,
    SCENARIOS,
    TEXTS,
    Case,
    cases,
    merged,
    played,
    scenario,
    takes_s,
)
from evidence.queues.stage import APPS, BROKERS
from evidence.rows import Row
from evidence.schema import check

LIBRARIES = libraries()
CASES = [case for one in LIBRARIES.values() for case in cases(one, list(SCENARIOS))]
each_library = pytest.mark.parametrize("one", LIBRARIES.values(), ids=list(LIBRARIES))


@each_library
def test_a_library_has_its_task_file_its_environment_and_its_broker(one) -> None:
    assert (APPS / f"{one.tasks}.py").is_file()
    assert one.environment in {"", *declared()}
    assert one.broker in {"", *BROKERS}
    assert one.locked()


@each_library
def test_a_library_watches_scenarios_that_are_there_with_settings_that_are_there(one) -> None:
    assert set(one.watched_s) <= set(SCENARIOS)
    used = {settings for watched in one.watched_s.values() for settings in watched}
    assert used == {"default", *one.settings}


@each_library
def test_a_library_is_measured_by_probes_that_can_be_called_one_by_one(one) -> None:
    names = {f"{group}_{one.id.replace('-', '_')}" for group in GROUPS}
    assert names & set(parts()["queues"])


@each_library
def test_a_librarys_probes_say_how_long_they_take_and_what_they_need(one) -> None:
    for group in GROUPS:
        marked = parts()["queues"].get(f"{group}_{one.id.replace('-', '_')}")
        if marked:
            assert 10 < vars(marked)["watches_s"] < 500
            assert bool(vars(marked)["needs"]) == bool(one.broker)


def test_the_time_of_many_runs_is_the_longest_and_the_rest_side_by_side() -> None:
    case = replace(next(c for c in CASES if not c.scenario.alone), watched_s=88)
    assert case.scenario.runs == 3
    assert takes_s([case]) == 100 + 300 / AT_ONCE
    assert takes_s([]) == 0


def test_each_scenario_belongs_to_a_group_and_asks_in_both_languages() -> None:
    modules = {group.__name__ for group in GROUPS.values()}
    assert {one.play.__module__ for one in SCENARIOS.values()} <= modules
    assert set(TEXTS) == set(SCENARIOS)
    for name, text in TEXTS.items():
        assert set(text) == {"claim", "zh", "en"}, name
        assert all("{library}" in text[language] for language in ("zh", "en")), name


def test_no_two_cases_have_the_same_id() -> None:
    ids = [case.id for case in CASES]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_case_makes_a_row_that_keeps_the_schema(case: Case) -> None:
    found = case.row([{"run_again": True, "run_again_after_s": 1.234}] * 2)
    check(Row(**asdict(found), measured_on="2026-11-29", command="python -m evidence queues/x"))
    assert found.result["run_again_after_s"] == [1.23, 1.23]
    assert found.result["watched_s"] == case.watched_s
    assert "{" not in found.question["en"].replace(case.settings.text("en"), "")


def test_runs_become_one_result_with_a_list_for_each_number() -> None:
    found = merged([{"again": True, "starts": 1}, {"again": True, "starts": 2}], "x")
    assert found == {"again": True, "starts": [1, 2]}


@pytest.mark.parametrize(
    "runs",
    [
        [{"again": True}, {"again": False}],
        [{"raises": "A"}, {"raises": "B"}],
        [{"again": True, "again_after_s": 1.0}, {"again": True}],
    ],
)
def test_runs_that_do_not_agree_are_an_error_that_names_the_row(runs) -> None:
    with pytest.raises(ProbeError, match="some-row: the runs do not agree"):
        merged(runs, "some-row")


def test_a_run_that_fails_names_its_row() -> None:
    @scenario(runs=1)
    def goes_wrong(_) -> dict:
        raise ProbeError("nobody came")

    case = replace(CASES[0], scenario=SCENARIOS.pop("goes-wrong"))
    with pytest.raises(ProbeError, match=rf"^goes-wrong-{case.tool.id}.*: nobody came"):
        list(played([case]))


def test_jobs_side_by_side_are_counted_by_their_marks(tmp_path) -> None:
    lines = ["1.0 started a", "2.0 started a", "3.0 finished a", "3.5 started a", "4.0 started b"]
    (tmp_path / "marks.txt").write_text("\n".join(["0.9 in-7 a", "1.9 in-8 a", *lines]), "utf-8")
    marked = Marked(tmp_path)
    assert marked.at_once("a") == 2
    assert marked.process_of("a") == 8
    with pytest.raises(ProbeError, match="no job 'b' has begun"):
        marked.process_of("b")


def test_the_last_error_of_a_web_server_is_told_without_its_port() -> None:
    told = (
        'Traceback:\n  File "x"\nValueError: first\n\nredis.ConnectionError: to 127.0.0.1:4711.\n'
    )
    assert _raised(told) == "redis.ConnectionError: to …."
    assert _raised("OSError: connecting to ('127.0.0.1', 4711)\n") == "OSError: connecting to (…)"
    assert _raised("INFO: all is well") == ""


def test_a_program_is_killed_with_a_child_that_has_left_its_group(tmp_path) -> None:
    code = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
        " process_group=0)\n"
        "print(child.pid); time.sleep(60)"
    )
    with Program([sys.executable, "-c", code], tmp_path) as program:
        program.says("\n")
        child = int(program.output)
        program.kill_all()
    assert happens(lambda: not _runs(child), 5)


def _runs(pid: int) -> bool:
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return told.stdout.strip() not in {"", "Z"}
