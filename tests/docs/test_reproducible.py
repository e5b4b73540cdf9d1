"""The same sources give the same bytes, on any day and in any process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from site_build.recordings import is_recorded, recording
from site_build.snippets import ROOT, names, snippet, variants
from tests.conftest import Site, build
from tests.steady import steady

pytestmark = pytest.mark.verify
DAY = str(1_800_000_000)  # a day of 2027, for the dates that the sitemap bears
EVERY = [snippet(f"{name}/{variant}") for name in names() for variant in variants(name)]
IDS = [found.id for found in EVERY if is_recorded(found)]
PLAY_ALL = f"""
import json
from site_build.recordings import recording
print(json.dumps({{name: recording(name).to_json() for name in {IDS}}}))
"""


def files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_two_builds_have_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, seed in ((first, "1"), (second, "2")):
        done = build(folder, PYTHONHASHSEED=seed, SOURCE_DATE_EPOCH=DAY)
        assert done.returncode == 0, done.stdout
    one, other = files(first), files(second)
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_only_the_sitemap_depends_on_the_day_of_the_build(site: Site, tmp_path: Path) -> None:
    done = build(tmp_path / "site", SOURCE_DATE_EPOCH=DAY)
    assert done.returncode == 0, done.stdout
    one, other = files(site.folder), files(tmp_path / "site")
    differ = {name for name in one if one[name] != other.get(name)}
    assert differ <= {"sitemap.xml", "sitemap.xml.gz"}


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_recording_is_the_same_in_another_process(seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-c", PLAY_ALL],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    other = {name: steady(told) for name, told in json.loads(done.stdout).items()}
    assert [name for name in IDS if other[name] != steady(recording(name).to_json())] == []
