"""What the page "uploadfile-closed" says, as assertions."""

import asyncio
import copy
import gc
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import BackgroundTasks, FastAPI, Request, UploadFile

from recorder import Request as Asked
from recorder import Story, Timeline
from recorder import play as play_app
from recorder.story import File
from site_build.snippets import ROOT, snippet

Play = Callable[[str], Timeline]
PAGE = (ROOT / "docs/en/uploadfile-closed.md").read_text("utf-8")
IN_MEMORY = 1024 * 1024
MEMORY_CLOSED = "ValueError: I/O operation on closed file."
DISK_CLOSED = "ValueError: read of closed file"
CANNOT_COPY = "TypeError: cannot pickle '_io.BufferedRandom' object"


def both_users_are_imported(timeline: Timeline) -> bool:
    """The invariant: the task reads what was uploaded."""
    return timeline.printed == "2 users imported\n"


def test_wrong_imports_nobody_and_says_nothing(wrong: Timeline) -> None:
    assert not both_users_are_imported(wrong)
    assert wrong.printed == "0 users imported\n"
    assert not [*wrong.find("task.failed"), *wrong.find("log")]
    assert wrong.response("ann").status == 200


@pytest.mark.parametrize("variant", ["right", "right_saved"])
def test_right_imports_both_users(play: Play, variant: str) -> None:
    assert both_users_are_imported(play(variant))


def test_the_saved_copy_is_deleted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    app: dict[str, Any] = {}
    exec(snippet("uploadfile_closed/right_saved").code, app)
    timeline = uploaded(app["app"], "/users", "email\n")
    assert timeline.printed == "0 users imported\n"
    assert not list(tmp_path.iterdir())


def uploaded(app: FastAPI, path: str, text: str) -> Timeline:
    """The timeline of one upload."""
    return play_app(app, Story((Asked("ann", path, "POST", files=(File("file", "a", text),)),)))


async def read(file: Any) -> None:
    try:
        print(len(await file.read()))
        await file.close()
    except ValueError as error:
        print(f"ValueError: {error}")


def read_in_a_thread(file: UploadFile) -> None:
    time.sleep(1)
    try:
        print(len(file.file.read()))
    except ValueError as error:
        print(f"ValueError: {error}")


app = FastAPI()
running: set[Any] = set()


@app.post("/task")
async def in_a_task(file: UploadFile, tasks: BackgroundTasks) -> None:
    tasks.add_task(read, file)


@app.post("/form")
async def from_a_closed_form(request: Request, tasks: BackgroundTasks) -> None:
    async with request.form() as form:
        tasks.add_task(read, form["file"])


@app.post("/create-task")
async def in_a_task_of_its_own(file: UploadFile) -> None:
    running.add(asyncio.create_task(read(file)))


@app.post("/thread")
async def in_a_thread_of_its_own(file: UploadFile) -> None:
    threading.Thread(target=read_in_a_thread, args=[file]).start()


@app.post("/copy")
async def copied(file: UploadFile, tasks: BackgroundTasks) -> None:
    tasks.add_task(read, copy.deepcopy(file))


@pytest.mark.parametrize("size", [1, IN_MEMORY, IN_MEMORY + 1])
def test_a_background_task_of_today_reads_the_file(size: int) -> None:
    assert uploaded(app, "/task", "x" * size).printed == f"{size}\n"


@pytest.mark.parametrize("path", ["/form", "/create-task", "/thread"])
@pytest.mark.parametrize(
    ("size", "error"), [(IN_MEMORY, MEMORY_CLOSED), (IN_MEMORY + 1, DISK_CLOSED)]
)
def test_whoever_is_not_waited_for_finds_it_closed(path: str, size: int, error: str) -> None:
    timeline = uploaded(app, path, "x" * size)
    assert timeline.response("ann").status == 200
    assert timeline.printed == f"{error}\n"


def test_a_copy_of_a_small_upload_can_be_read() -> None:
    assert uploaded(app, "/copy", "x" * IN_MEMORY).printed == f"{IN_MEMORY}\n"


def test_a_large_upload_cannot_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)  # the half-made copy's __del__
    timeline = uploaded(app, "/copy", "x" * (IN_MEMORY + 1))
    assert timeline.response("ann").status == 500
    assert [event.text for event in timeline.find("request.failed")] == [CANNOT_COPY]
    gc.collect()


def test_the_page_has_the_messages_word_for_word() -> None:
    for message in (MEMORY_CLOSED, DISK_CLOSED, CANNOT_COPY):
        assert f"`{message}`" in PAGE


def test_the_searches_on_the_page_find_what_they_are_for() -> None:
    handed, reads, copies = re.findall(r'`rg -[nc] "([^`]+)" --type py`', PAGE)
    assert re.search(handed, snippet("uploadfile_closed/wrong").code)
    assert not re.search(handed, snippet("uploadfile_closed/right").code)
    assert re.search(handed, "asyncio.create_task(read(file))")
    assert len(re.findall(reads, snippet("uploadfile_closed/wrong").code)) == 2
    assert re.search(copies, "tasks.add_task(read, copy.deepcopy(file))")
