"""`make site` leaves the old site or the whole new one, at every moment and whatever ends it."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from site_build import replacing
from site_build.replacing import exchange, fresh_folder, replace
from site_build.snippets import ROOT

# A build that has half of a site when it tells, and then goes on for long.
LONG = """
import signal, sys, time
from pathlib import Path
from site_build.replacing import fresh_folder
signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background a shell ignores it
with fresh_folder(Path(sys.argv[1])) as fresh:
    fresh.mkdir()
    print("half", flush=True)
    time.sleep(600)
"""


def folder(place: Path, text: str) -> Path:
    place.mkdir()
    (place / "index.html").write_text(text)
    return place


def files(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir() if not path.name.startswith("."))


def test_at_no_moment_is_there_no_site(tmp_path: Path) -> None:
    old = folder(tmp_path / "site", "0")
    seen: set[str] = set()
    ended = threading.Event()

    def watch() -> None:
        while not ended.is_set():
            try:
                seen.add((old / "index.html").read_text())
            except FileNotFoundError:
                seen.add("nothing")

    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(1, 301):
        replace(folder(tmp_path / "site.new", str(number)), old)
    ended.set()
    watcher.join()
    assert "nothing" not in seen
    assert (old / "index.html").read_text() == "300"
    assert files(tmp_path) == ["site"]


def test_a_first_site_takes_its_place(tmp_path: Path) -> None:
    replace(folder(tmp_path / "site.new", "new"), tmp_path / "site")
    assert (tmp_path / "site" / "index.html").read_text() == "new"


def test_where_folders_cannot_be_exchanged_two_renames_do(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(replacing, "exchange", lambda one, other: False)
    replace(folder(tmp_path / "site.new", "new"), folder(tmp_path / "site", "old"))
    assert (tmp_path / "site" / "index.html").read_text() == "new"
    assert files(tmp_path) == ["site"]


def test_what_was_moved_aside_by_a_killed_one_comes_back(tmp_path: Path) -> None:
    folder(tmp_path / "site.old", "old")
    with fresh_folder(tmp_path / "site"):  # the next build
        assert (tmp_path / "site" / "index.html").read_text() == "old"
    assert (tmp_path / "site" / "index.html").read_text() == "old"
    assert files(tmp_path) == ["site"]


def test_only_folders_that_are_there_are_exchanged(tmp_path: Path) -> None:
    assert not exchange(folder(tmp_path / "one", "1"), tmp_path / "other")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_an_ended_build_leaves_the_old_site_and_nothing_else(
    number: signal.Signals, tmp_path: Path
) -> None:
    old = folder(tmp_path / "site", "old")
    command = [sys.executable, "-c", LONG, str(old)]
    build = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=-3
    )
    assert build.stdout is not None
    assert build.stdout.readline() == b"half\n"
    build.send_signal(number)
    assert build.wait(60) != 0
    build.stdout.close()
    assert (old / "index.html").read_text() == "old"
    if number is signal.SIGKILL:  # nothing can be done at once: the next build does it
        assert files(tmp_path) == ["site", "site.new"]
        with fresh_folder(old) as fresh:
            assert not fresh.exists()
    assert files(tmp_path) == ["site"]


def test_a_failing_build_leaves_the_old_site(tmp_path: Path) -> None:
    old = folder(tmp_path / "site", "old")

    def build() -> None:
        with fresh_folder(old) as fresh:
            folder(fresh, "half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build()
    assert files(tmp_path) == ["site"]
    assert (old / "index.html").read_text() == "old"
