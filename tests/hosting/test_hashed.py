"""A reader who has a page open finds the files that it names, some builds later, too."""

import json
from pathlib import Path

import pytest

from site_build.hashed import KEPT, LIST, hashed, keep
from site_build.replacing import replace
from tests.conftest import Site


def built(folder: Path, worker: str) -> Path:
    """A site whose page starts a worker with a hash in its name."""
    (folder / "assets" / "live").mkdir(parents=True)
    (folder / "index.html").write_text(worker)
    (folder / "assets" / "live" / f"worker.{worker}.js.zst").write_text(worker)
    (folder / "assets" / "site.css").write_text(worker)
    return folder


def deploy(tmp_path: Path, worker: str) -> Path:
    fresh, site = built(tmp_path / "site.new", worker), tmp_path / "site"
    keep(fresh, site)
    replace(fresh, site)
    return site


def name(number: int) -> str:
    return f"{number:016x}"


def workers(site: Path) -> list[str]:
    return sorted(path.name.split(".")[1] for path in (site / "assets" / "live").iterdir())


def test_the_files_of_the_last_builds_are_there(tmp_path: Path) -> None:
    for number in range(6):
        site = deploy(tmp_path, name(number))
    assert workers(site) == [name(number) for number in range(6 - KEPT, 6)]
    assert (site / "index.html").read_text() == name(5)
    builds = json.loads((site / LIST).read_text())["builds"]
    assert builds == [[f"assets/live/worker.{name(n)}.js.zst"] for n in (5, 4, 3)]


def test_building_the_same_again_forgets_nobody(tmp_path: Path) -> None:
    for number in (0, 1, 2, 2, 2, 2):
        site = deploy(tmp_path, name(number))
    assert workers(site) == [name(0), name(1), name(2)]


def test_a_site_of_before_there_was_a_list_is_a_build_too(tmp_path: Path) -> None:
    built(tmp_path / "site", name(1))
    assert workers(deploy(tmp_path, name(2))) == [name(1), name(2)]


@pytest.mark.parametrize(
    ("file", "is_one"),
    [
        ("assets/live/python.71cd917823fce563.wasm.zst", True),
        ("assets/javascripts/bundle.a5f9d56c.min.js", True),
        ("assets/javascripts/bundle.a5f9d56c.min.js.map", False),
        ("assets/javascripts/lunr/min/lunr.zh.min.js", False),
        ("assets/a.deadbeef.js", False),
        ("assets/sandbox.en.js", False),
        ("search/bundle.a5f9d56c.min.js", False),
    ],
)
def test_what_bears_a_hash(file: str, is_one: bool, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text("")
    (tmp_path / "assets").mkdir(exist_ok=True)
    assert hashed(tmp_path) == [file] * is_one


def test_all_that_a_sandbox_loads_bears_a_hash(site: Site) -> None:
    live = {f"assets/live/{path.name}" for path in (site.folder / "assets" / "live").iterdir()}
    assert live
    assert live <= set(hashed(site.folder))
