"""What was left out is not needed, and what was changed works as before."""

import json
import shutil
from pathlib import Path

import pytest

from site_build.payload.build import FOLDER, payload
from site_build.payload.making import in_python
from site_build.payload.steps import imported, whole
from tests.payload import inside
from tests.payload.test_files import Contents

pytestmark = pytest.mark.verify


@pytest.mark.parametrize("group", ["library", "sqlalchemy", "httpx"])
def test_live_snippets_need_no_more_than_their_group(
    group: str, contents: Contents, tmp_path: Path
) -> None:
    files = contents("library") | (contents(group) if group != "library" else {})
    assert imported(tmp_path, whole(tmp_path, files), group)  # raises where one cannot be played


def test_an_apps_document_is_the_same_as_here(contents: Contents, tmp_path: Path) -> None:
    job = {"title": "A kitchen"}
    files = contents("library") | contents("rest")
    there = in_python("tests.payload.inside", job, whole(tmp_path, files))
    assert there == json.loads(inside.main(json.dumps(job)))


def test_two_builds_have_the_same_bytes(built: Path) -> None:
    """In a folder of its own, where nothing is kept."""
    folder = FOLDER / "again"
    shutil.rmtree(folder, ignore_errors=True)
    again = payload(folder)
    try:
        names = sorted(path.name for path in (built / "live").iterdir())
        assert sorted(path.name for path in (again / "live").iterdir()) == names
        for name in ("manifest.json", "sandbox.zh.js", "sandbox.en.js", "embed.js"):
            assert (again / name).read_bytes() == (built / name).read_bytes()
    finally:
        shutil.rmtree(folder)
