"""What the page "scheduling-per-worker" says, as assertions."""

import shutil
from pathlib import Path

import pytest

from evidence.rows import every
from recorder import Request, Story, Timeline, play_file
from site_build.snippets import snippet


def one_report_goes_out(timeline: Timeline) -> bool:
    """The invariant: however many workers there are, the report is sent once an hour."""
    return [event.at for event in timeline.find("print")] == [3600.0]


def test_wrong_sends_one_report_from_each_worker(wrong: Timeline) -> None:
    assert not one_report_goes_out(wrong)
    assert wrong.printed == "report sent\nreport sent\n"


def test_right_sends_one_report_in_all(right: Timeline) -> None:
    assert one_report_goes_out(right)


def test_each_worker_starts_a_lifespan_of_its_own(wrong: Timeline) -> None:
    assert [event.at for event in wrong.find("lifespan.started")] == [0.0, 0.0]


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("variant", ["wrong", "right"])
def test_wrong_sends_as_many_as_there_are_workers_and_right_one(
    variant: str, workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # it makes a database
    path = shutil.copy(snippet(f"scheduling_per_worker/{variant}").path, tmp_path / "app.py")
    asked = tuple(Request("ann", "/ping", worker=number) for number in range(workers))
    sent = play_file(Path(path), Story(asked)).printed.count("report sent")
    assert sent == (workers if variant == "wrong" else 1)


def test_right_sends_the_next_report_in_the_next_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = shutil.copy(snippet("scheduling_per_worker/right").path, tmp_path / "app.py")
    asked = (Request("ann", "/ping"), Request("bob", "/ping", at=4000.0, worker=1))
    told = play_file(Path(path), Story(asked)).find("print")
    assert [event.at for event in told] == [3600.0, 7200.0]


def per_period(row_id: str) -> list[float]:
    found: list[float] = every()[row_id].result["starts_per_period"]
    return found


@pytest.mark.parametrize("library", ["celery", "rq", "taskiq", "huey"])
def test_two_schedulers_queue_each_job_twice(library: str) -> None:
    assert min(per_period(f"schedule-twice-{library}")) > 1.5
    assert max(per_period(f"schedule-{library}")) <= 1.0


@pytest.mark.parametrize("library", ["arq", "procrastinate"])
def test_two_schedulers_that_agree_in_their_broker_queue_it_once(library: str) -> None:
    assert max(per_period(f"schedule-twice-{library}")) <= 1.0
