"""The report that an issue is made of: what has flipped, what has failed."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from evidence import __main__ as command_line
from evidence import environments, report, rows, session
from evidence.newest import newest
from evidence.probes import chosen
from evidence.report import compared
from evidence.rows import Row, load, written
from evidence.session import Outcome, Session
from tests.evidence.test_rows import GOOD

RELEASE = replace(
    GOOD,
    id="yield-0-165-0",
    versions={"fastapi": "0.165.0", "starlette": "1.10.0"},
    command="python -m evidence versions/dependencies",
    runs=1,
    result={"session_usable": True},
)


def asked_of(release: str, usable: bool) -> Row:
    row_id = f"yield-{release.replace('.', '-')}"
    versions = RELEASE.versions | {"fastapi": release}
    return replace(RELEASE, id=row_id, versions=versions, result={"session_usable": usable})


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of which two rows are committed."""
    folder = tmp_path / "evidence" / "results"
    folder.mkdir(parents=True)
    (folder / "part.json").write_text(written([GOOD, RELEASE]), "utf-8")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "Measure"]):
        who = ["-c", "user.name=ann", "-c", "user.email=ann@example.com"]
        subprocess.run(["git", *who, *command], cwd=tmp_path, check=True)
    monkeypatch.setattr(report, "ROOT", tmp_path)
    monkeypatch.setattr(rows, "FOLDER", folder)
    monkeypatch.setattr(session, "FOLDER", tmp_path / "sessions")
    return folder / "part.json"


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_nothing_is_told_of_the_same_answers(results: Path, capsys) -> None:
    assert command_line.main(["report"]) == 0
    assert told(capsys) == "0 answers have flipped, 0 probes have failed.\n"


def test_an_answer_that_flipped_is_told_with_what_measures_it_again(
    results: Path, tmp_path: Path
) -> None:
    turned = replace(GOOD, result=GOOD.result | {"raised": False, "took_s": [1.5, 1.3]})
    results.write_text(written([turned, RELEASE]), "utf-8")
    assert command_line.main(["report", str(tmp_path / "report.md")]) == 1
    text = (tmp_path / "report.md").read_text("utf-8")
    assert text.startswith("1 answers have flipped")
    assert (
        "| broker-down | my-page | raised | True | False "
        "| `python -m evidence queues/broker_down`<br>celery 5.7.0 |"
    ) in text
    assert "<summary>1 other differences</summary>" in text
    assert "- ~ broker-down: took_s [1.5, 1.25] → [1.5, 1.3]" in text


def test_a_row_that_is_no_longer_measured_is_told(results: Path, capsys) -> None:
    results.write_text(written([RELEASE]), "utf-8")
    assert command_line.main(["report"]) == 1
    assert "| broker-down | | the whole row |" in told(capsys)


def test_a_probe_that_failed_is_told(results: Path, capsys) -> None:
    kept = Session.of(chosen([]))
    kept.note("queues/broker_down", Outcome(failed="no answer |\nfor 30 s"))
    assert command_line.main(["report"]) == 1
    assert "- `queues/broker_down`: no answer \\| for 30 s" in told(capsys)


def test_results_that_git_does_not_know_are_a_bad_call(
    results: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(report, "ROOT", Path("/"))
    assert command_line.main(["report"]) == 2
    assert "not a git repository" in capsys.readouterr().err


def test_a_new_release_is_compared_with_the_newest_that_was_asked() -> None:
    before = [asked_of("0.117.1", False), RELEASE]
    same = list(compared(before, [*before, asked_of("0.166.0", True)]))
    assert [one.flipped for one in same if one.key == "session_usable"] == []
    other = compared(before, [*before, asked_of("0.166.0", False)])
    flipped = [one for one in other if one.flipped]
    assert [str(one) for one in flipped] == ["! yield-0-166-0: session_usable True → False"]


def test_an_older_release_that_is_asked_for_the_first_time_is_compared_with_none() -> None:
    assert not [
        one for one in compared([RELEASE], [RELEASE, asked_of("0.95.2", False)]) if one.flipped
    ]


def test_a_new_release_gets_an_environment_as_the_newest_has() -> None:
    known = {
        "rq": ["rq==9.0.0"],
        "release-0.95.2": ["fastapi==0.95.2", "starlette==0.27.0"],
        "release-0.165.0": ["fastapi==0.165.0", "starlette==1.10.0", "sqlalchemy[asyncio]==2.1.9"],
    }
    pins = {name: frozenset({v}) for name, v in {"fastapi": "0.166.0", "starlette": "1.11"}.items()}
    assert newest(known, pins) == (
        "release-0.166.0",
        ["fastapi==0.166.0", "starlette==1.11", "sqlalchemy[asyncio]==2.1.9"],
    )


def test_the_committed_rows_are_those_of_the_files(results: Path) -> None:
    assert list(report.committed().values()) == load(results)
    assert [one["id"] for one in json.loads(results.read_text("utf-8"))] == list(report.committed())


def test_the_newest_of_all_is_locked_but_where_a_version_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: dict[str, str] = {}

    def uv(*arguments: str, given: str) -> None:
        assert "--upgrade" in arguments
        asked[Path(arguments[-2]).stem] = given

    monkeypatch.setattr(environments, "_uv", uv)
    monkeypatch.setattr(command_line, "declare_newest", list)
    assert command_line.main(["lock", "--newest"]) == 0
    assert "rq>=" in asked["rq"]
    assert not [name for name, needs in asked.items() if "==" in needs or name[-1].isdigit()]
    assert set(environments.declared()) - set(asked) >= {"release-0.95.2", "celery-5_6"}
