"""What the page "scheduling-per-worker" says, as assertions."""

import shutil
from pathlib import Path

import pytest

from evidence.rows import every
from recorder import Request, Story, Timeline, play_file
from site_build.snippets import snippet

DUE = [600.0, 1200.0, 1800.0, 2400.0, 3000.0, 3600.0]


def each_report_goes_out_once(timeline: Timeline) -> bool:
    """The invariant: however many workers there are, a report is sent once when it is due."""
    return [event.at for event in timeline.find("print")] == DUE


def test_wrong_sends_each_report_from_each_worker(wrong: Timeline) -> None:
    assert not each_report_goes_out_once(wrong)
    assert wrong.printed == "report sent\n" * 12


def test_right_sends_each_report_once(right: Timeline) -> None:
    assert each_report_goes_out_once(right)


def test_each_worker_starts_a_lifespan_of_its_own(wrong: Timeline) -> None:
    assert [event.at for event in wrong.find("lifespan.started")] == [0.0, 0.0]


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("variant", ["wrong", "right"])
def test_wrong_sends_as_many_as_there_are_workers_and_right_one_of_each(
    variant: str, workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # it makes a database
    path = shutil.copy(snippet(f"scheduling_per_worker/{variant}").path, tmp_path / "app.py")
    asked = tuple(Request("ann", "/ping", worker=number) for number in range(workers))
    sent = play_file(Path(path), Story(asked)).printed.count("report sent")
    assert sent == len(DUE) * (workers if variant == "wrong" else 1)


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
