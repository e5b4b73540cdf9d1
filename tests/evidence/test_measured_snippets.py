"""A snippet that needs real programs is drawn from its row, and labelled as measured."""

from dataclasses import replace

import pytest

from evidence import redis_server, rows
from evidence.environments import EnvironmentFailure
from evidence.processes import ProbeError
from evidence.rows import row, row_of
from site_build.fences import _timeline
from site_build.page import current
from site_build.recordings import is_recorded, recording, start
from site_build.snippets import Snippet, SnippetError, names, snippet, variants

EVERY = [snippet(f"{name}/{variant}") for name in names() for variant in variants(name)]
MEASURED = [found for found in EVERY if found.is_measured and is_recorded(found)]
every_measured = pytest.mark.parametrize("found", MEASURED, ids=[found.id for found in MEASURED])


@every_measured
def test_it_is_labelled_as_measured_with_day_and_versions(
    found: Snippet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "language", "en")
    told = row(row_of(found.id))
    html = current.put_back(_timeline(found))
    assert f"Measured on {told.measured_on} with {told.with_versions}" in html
    assert "Recorded on a virtual clock" not in html


@every_measured
def test_its_recording_is_the_one_of_its_row(found: Snippet) -> None:
    events = row(row_of(found.id)).result["recording"]["events"]
    assert [(event.at, event.kind) for event in recording(found.id).events] == [
        (event["at"], event["kind"]) for event in events
    ]


@every_measured
def test_its_times_are_told_to_a_tenth_of_a_second(found: Snippet) -> None:
    times = [event.at for event in recording(found.id).events]
    assert times == [round(at, 1) for at in times] == sorted(times)


def test_a_live_snippet_is_labelled_as_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current, "language", "en")
    html = current.put_back(_timeline(snippet("sequential_order/wrong")))
    assert "Recorded on a virtual clock" in html
    assert "Measured on" not in html


def test_without_a_row_it_is_an_error_that_names_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "every", dict)
    found = MEASURED[0]
    with pytest.raises(SnippetError, match=f"{found.id} is measured.*{row_of(found.id)}"):
        recording(found.id)


def test_a_row_of_another_format_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    found = MEASURED[0]
    kept = row(row_of(found.id))
    changed = replace(kept, result={"recording": {**kept.result["recording"], "format": 99}})
    monkeypatch.setattr(rows, "every", lambda: {kept.id: changed})
    with pytest.raises(SnippetError, match="format"):
        recording(found.id)


def test_a_build_does_not_play_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setenv("RECORDINGS", "afresh")
    monkeypatch.setattr("site_build.recordings._player", [])
    monkeypatch.setattr("site_build.recordings._kept", {})
    monkeypatch.setattr(
        "site_build.recordings.subprocess.Popen", lambda command, **_: commands.append(command)
    )
    start()
    left = {found.id for found in EVERY} - set(commands[0])
    assert left == {found.id for found in EVERY if found.is_measured}


def test_a_machine_without_redis_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(name: str) -> None:
        raise EnvironmentFailure("no network")

    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(redis_server, "environment", fails)
    redis_server.binary.cache_clear()
    try:
        with pytest.raises(ProbeError, match="apt-get install redis-server"):
            redis_server.binary()
    finally:
        redis_server.binary.cache_clear()
