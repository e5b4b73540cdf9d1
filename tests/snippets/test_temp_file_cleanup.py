"""What the page "temp-file-cleanup" says, as assertions."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from recorder import Request, Story, Timeline
from recorder import play as play_app
from site_build.snippets import ROOT, snippet

Play = Callable[[str], Timeline]
PAGE = (ROOT / "docs/en/temp-file-cleanup.md").read_text("utf-8")
BAD_RANGE = {"Range": "bytes=1000-"}


def nothing_is_left(timeline: Timeline) -> bool:
    """The invariant: when the requests are over, the folder is empty."""
    return timeline.responses[-1].body == "0"


def test_wrong_leaves_the_file_of_a_request_with_a_bad_range(wrong: Timeline) -> None:
    assert not nothing_is_left(wrong)
    assert [response.status for response in wrong.responses] == [200, 416, 200]
    assert [event.visitor for event in wrong.find("task.finished", "unlink")] == ["ann"]
    assert [event.visitor for event in wrong.find("task.skipped", "unlink")] == ["bob"]
    assert not wrong.find("log")


@pytest.mark.parametrize(("variant", "status"), [("right", 200), ("right_dependency", 416)])
def test_right_leaves_nothing(play: Play, variant: str, status: int) -> None:
    assert nothing_is_left(play(variant))
    assert play(variant).response("bob").status == status


def test_the_dependency_deletes_after_the_response(play: Play) -> None:
    kinds = [event.kind for event in play("right_dependency").events if event.visitor == "bob"]
    assert kinds.index("response.finished") < kinds.index("dependency.closed")


@pytest.mark.parametrize("headers", [{}, BAD_RANGE])
def test_a_task_of_the_response_itself_is_skipped_just_so(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    app, file = FastAPI(), tmp_path / "report"
    file.write_text("18 bytes, or so")
    app.get("/report")(lambda: FileResponse(file, background=BackgroundTask(file.unlink)))
    play_app(app, Story((Request("ann", "/report", headers=headers),)))
    assert file.exists() == (headers == BAD_RANGE)


def test_an_earlier_task_that_fails_skips_it_too(tmp_path: Path) -> None:
    app, file = FastAPI(), tmp_path / "report"
    file.write_text("x")

    @app.get("/report")
    def report(tasks: BackgroundTasks) -> FileResponse:
        tasks.add_task(lambda: 1 / 0)
        tasks.add_task(file.unlink)
        return FileResponse(file)

    play_app(app, Story((Request("ann", "/report"),)))
    assert file.exists()


def test_a_file_deleted_before_the_return_is_missed_when_it_is_to_be_sent() -> None:
    app = FastAPI()

    @app.get("/report")
    def report() -> FileResponse:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report"
            path.write_text("x")
            return FileResponse(path)

    timeline = play_app(app, Story((Request("ann", "/report"),)))
    (failed,) = timeline.find("request.failed")
    assert timeline.response("ann").status == 500
    message = r"RuntimeError: File at path .* does not exist\."
    assert re.fullmatch(message, failed.text)
    assert re.search(f"`{message}`", PAGE)


def test_the_sweep_deletes_what_is_old_alone(tmp_path: Path) -> None:
    (found,) = re.findall(r"^(find \S+ -type f .*)$", PAGE, re.M)
    old, new = tmp_path / "old", tmp_path / "new"
    for file, age_s in ((old, 61 * 60), (new, 59 * 60)):
        file.touch()
        os.utime(file, (time.time() - age_s,) * 2)
    subprocess.run(["/bin/sh", "-c", found.replace(found.split()[1], str(tmp_path))], check=True)
    assert [old.exists(), new.exists()] == [False, True]


def test_the_searches_on_the_page_find_wrong_and_not_right() -> None:
    deletes, sends = re.findall(r'`rg -nU? "([^`]+)" --type py`', PAGE)
    assert re.search(deletes, snippet("temp_file_cleanup/wrong").code)
    assert re.search(deletes, "background=BackgroundTask(os.remove, path)")
    assert re.search(sends, snippet("temp_file_cleanup/wrong").code)
    for variant in ("right", "right_dependency"):
        assert not re.search(deletes, snippet(f"temp_file_cleanup/{variant}").code)
