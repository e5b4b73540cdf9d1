"""What measures: the choice of probes, writing, environments, programs."""

import datetime
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence import __main__ as command_line
from evidence import environments, probes
from evidence.environments import EnvironmentFailure, declared, environment
from evidence.probes import NoSuchProbe, Probe, chosen, found_by, needs, probe, watches_s
from evidence.processes import ProbeError, Program, free_port, happens, python_program, until
from evidence.rows import Finding
from evidence.schema import RowError


def finds(value: float) -> Probe:
    """A probe without a server."""

    def count() -> Iterator[Finding]:
        question = {"zh": "几次？", "en": "How often?"}
        yield Finding("count", "my-page", question, {"python": "3.11"}, {"times": value})

    return count


def test_what_is_found_becomes_rows_with_day_and_command() -> None:
    (row,) = found_by("part/count", finds(2))
    assert (row.id, row.result) == ("count", {"times": 2})
    assert row.measured_on == datetime.date.today().isoformat()
    assert row.command == "python -m evidence part/count"


def test_a_finding_that_breaks_the_schema_is_an_error() -> None:
    with pytest.raises(RowError, match="row 'count': result"):
        found_by("part/count", finds(float("nan")))


def test_a_probe_says_how_long_it_takes_and_what_it_needs() -> None:
    marked = probe(watches_s=5, needs=["nginx"])(finds(1))
    assert (watches_s(marked), needs(marked)) == (5, ("nginx",))
    assert (watches_s(probe(finds(1))), needs(finds(1))) == (0, ())


def test_a_probe_that_is_not_there_is_an_error_that_says_which_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(NoSuchProbe, match="no 'queus'"):
        chosen(["queus"])
    assert command_line.main(["queus"]) == 2
    assert "there is no 'queus'" in capsys.readouterr().err


def test_a_part_or_a_probe_is_chosen_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    both = {"one": finds(1), "two": finds(2)}
    monkeypatch.setattr(probes, "parts", lambda: {"part": both, "other": {"one": finds(1)}})
    assert list(chosen([])) == ["part/one", "part/two", "other/one"]
    assert chosen(["part"]) == {"part/one": both["one"], "part/two": both["two"]}
    assert list(chosen(["part/two", "other"])) == ["part/two", "other/one"]


@pytest.mark.parametrize("name", declared())
def test_an_environment_is_locked_with_hashes_as_it_is_declared(name: str) -> None:
    text = (environments.LOCKS / f"{name}.txt").read_text("utf-8")
    pins = re.findall(r"^([\w.-]+)==([\w.]+)(.*)$", text, re.M)
    assert pins
    assert text.count("\\\n    --hash=sha256:") >= len(pins), "lock it: python -m evidence lock"
    for need in declared()[name]:
        if "==" in need:
            package, _, version = re.sub(r"\[.*?\]", "", need).partition("==")
            assert (package, version) in [(p, v) for p, v, _ in pins]


def test_every_lock_belongs_to_an_environment() -> None:
    assert {path.stem for path in environments.LOCKS.glob("*.txt")} == set(declared())


def test_an_environment_that_is_not_there_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(EnvironmentFailure, match=r"environments\.toml"):
        environment("nothing")


def test_a_program_is_watched_and_ends_with_its_children(tmp_path: Path) -> None:
    child = "import time; time.sleep(60)"
    parent = (
        "import subprocess, sys, time; "
        f"p = subprocess.Popen([sys.executable, '-c', {child!r}]); print('child', p.pid); "
        "time.sleep(60)"
    )
    with python_program(["-c", parent], tmp_path) as program:
        program.says("child")
        (pid,) = program.children()
        assert not program.ended
    assert happens(lambda: _is_over(pid), 5)


def _is_over(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, check=False)
    return state.stdout.strip() in (b"", b"Z")


def test_a_program_that_ends_too_early_is_an_error_that_shows_its_output(tmp_path: Path) -> None:
    with (
        Program([sys.executable, "-c", "print('no config')"], tmp_path) as program,
        pytest.raises(ProbeError, match="no config"),
    ):
        program.says("ready")


def test_a_signal_to_a_program_that_is_gone_is_no_error(tmp_path: Path) -> None:
    with Program([sys.executable, "-c", ""], tmp_path) as program:
        program.ends()
        program.send(signal.SIGTERM)


def test_a_state_that_does_not_come_is_an_error_that_names_it() -> None:
    with pytest.raises(ProbeError, match=r"not within 0\.1 s: the moon"):
        until(lambda: False, 0.1, "the moon")
    assert not happens(lambda: False, 0.1)
    assert until(lambda: True, 5, "now") < 5


def test_a_free_port_is_a_port() -> None:
    assert 1024 < free_port() < 65536
