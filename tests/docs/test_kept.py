"""Recordings that a build keeps for the next one: never a stale one."""

import shutil
from pathlib import Path

import pytest

from recorder import Event, Timeline
from site_build import kept, snippets
from site_build.snippets import Snippet, snippet

RECORDED = Timeline([Event(1.0, "print", "ann", "", "hi", request=3)])


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Snippet:
    """A snippet in a folder of its own, whose recording is kept."""
    monkeypatch.delenv("RECORDINGS", raising=False)
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "kept")
    shutil.copytree(snippets.FOLDER / "mental_model", tmp_path / "mental_model")
    monkeypatch.setattr(snippets, "FOLDER", tmp_path)
    made = snippet("mental_model/life")
    kept.save(made, RECORDED)
    return made


def test_what_is_kept_comes_back_whole(found: Snippet) -> None:
    loaded = kept.load(found)
    assert loaded == RECORDED
    assert loaded.events[0].request == 3


@pytest.mark.parametrize("file", ["life.py", "story.toml"])
def test_after_a_change_of_its_files_it_is_played_again(found: Snippet, file: str) -> None:
    with (found.path.parent / file).open("a", encoding="utf-8") as changed:
        changed.write("\n")
    assert kept.load(found) is None


def test_after_a_change_of_the_recorder_it_is_played_again(
    found: Snippet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_player", lambda suffix: b"another recorder")
    assert kept.load(found) is None


def test_the_recorder_the_locks_and_the_javascript_player_are_looked_at() -> None:
    looked_at = {path for patterns in kept._PLAYERS.values() for path in patterns}
    assert all(any(snippets.ROOT.glob(pattern)) for pattern in looked_at)
    assert kept._player(".py") != kept._player(".js")


def test_it_is_played_again_when_asked_to_be(
    found: Snippet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECORDINGS", "afresh")
    assert kept.load(found) is None


def test_a_broken_file_is_no_recording(found: Snippet) -> None:
    (place,) = kept.FOLDER.iterdir()
    place.write_bytes(b"\x80")
    assert kept.load(found) is None


def test_the_recording_of_an_earlier_text_is_dropped(found: Snippet) -> None:
    found.path.write_text(found.path.read_text("utf-8") + "\n", "utf-8")
    kept.save(found, RECORDED)
    assert len(list(kept.FOLDER.iterdir())) == 1
