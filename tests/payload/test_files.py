"""What the browser downloads: names, sizes, versions, notices."""

import hashlib
import json
import re
import shutil
import zipfile
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from site_build.payload.build import publish
from site_build.payload.groups import GROUPS, module_name
from site_build.payload.making import PayloadError
from site_build.payload.packages import PACKAGES, locked, wheels
from site_build.payload.sources import EXTENSION, PYODIDE
from site_build.snippets import ROOT
from tests.conftest import Site

FIRST = ("core", "frame", "library", "native", "worker")  # what a first visit downloads
ARCHIVES = ("library", *GROUPS, "rest")
MOST = 6_600_000 - 150_000  # bytes of a first visit; the rest is for an editor
Contents = Callable[[str], dict[str, bytes]]


def pins() -> dict[str, str]:
    return dict(re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)", locked(), re.M))


def test_each_name_carries_its_contents_hash(built: Path, manifest: dict[str, Any]) -> None:
    files = {path.name: path.read_bytes() for path in (built / "live").iterdir()}
    assert {file["name"] for file in manifest["files"].values()} == files.keys()
    for name, content in files.items():
        assert name.split(".")[1] == hashlib.sha256(content).hexdigest()[:16]


def test_a_first_visit_downloads_no_more_than_was_aimed_at(
    built: Path, manifest: dict[str, Any]
) -> None:
    sizes = {key: manifest["files"][key]["bytes"] for key in FIRST}
    assert sum(sizes.values()) + (built / "sandbox.zh.js").stat().st_size < MOST, sizes


def test_the_versions_are_those_of_the_locks(manifest: dict[str, Any], contents: Contents) -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    pyodide = json.loads((PYODIDE / "pyodide-lock.json").read_text("utf-8"))["info"]
    told = {"pyodide": lock["node_modules/pyodide"]["version"], "python": pyodide["python"]}
    assert manifest["versions"] == {**told, **pins()}
    texts = [text for name, text in contents("library").items() if name.endswith("/METADATA")]
    found = [re.findall(r"^(?:Name|Version): (\S+)$", text.decode(), re.M) for text in texts]
    assert {name.lower().replace("_", "-"): version for name, version in found} == pins()


def test_its_packages_are_those_of_the_lock() -> None:
    files = {tuple(path.name.split("-")[:2]) for path in wheels().glob("*.whl")}
    assert {(name.replace("-", "_"), version) for name, version in pins().items()} == files


def test_each_module_is_in_one_archive(contents: Contents) -> None:
    sources = [PYODIDE / "python_stdlib.zip", *wheels().glob("*.whl")]
    names = [name for path in sources for name in zipfile.ZipFile(path).namelist()]
    there = {module_name(name) for name in names if name.endswith(".py")}
    there |= {f"recorder.{path.stem}" for path in (ROOT / "recorder").glob("[!_]*.py")}
    there |= {"recorder", "recorder.__main__"}
    held = [name for key in ARCHIVES for name in contents(key) if name.endswith(".pyc")]
    counted = Counter(map(module_name, held))
    assert counted.keys() == there
    assert not [name for name, count in counted.items() if count > 1]
    assert EXTENSION.replace("/", ".") not in counted


def test_the_library_knows_where_all_other_modules_are(contents: Contents) -> None:
    told: dict[str, Any] = {}
    exec(contents("library")["sandbox_modules.py"], told)
    for key in (*GROUPS, "rest"):
        modules = {module_name(name) for name in contents(key) if name.endswith(".pyc")}
        assert {name for name, group in told["GROUP_OF"].items() if group == key} == modules


def test_all_packages_have_their_notices(built: Path, manifest: dict[str, Any]) -> None:
    text = (built / "licenses.txt").read_text("utf-8")
    missing = [name for name in PACKAGES if f"== {name.replace('-', '_')} " not in text]
    assert not missing
    assert "Mozilla Public License" in text
    assert "Copyright (c) 2016-present, Yann Collet, Facebook, Inc." in text
    for bundled in ("express", "@sinonjs/fake-timers", "acorn", "mime-db", "readable-stream"):
        assert f"== {bundled} ==" in text


def test_the_frame_runs_its_own_script_only(built: Path, manifest: dict[str, Any]) -> None:
    page = (built / "live" / manifest["files"]["frame"]["name"]).read_text("utf-8")
    (script,) = re.findall(r'<script type="module">(.*)</script>', page, re.S)
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}' 'wasm-unsafe-eval'" in page


def test_the_site_has_the_payload_and_no_source_map(site: Site, manifest: dict[str, Any]) -> None:
    live = site.folder / "assets" / "live"
    named = {file["name"] for file in manifest["files"].values()}
    assert {path.name for path in live.iterdir()} == named
    engine = live / manifest["files"]["engine"]["name"]  # the page names it, and it the rest
    scripts = "".join(path.read_text("utf-8") for path in (live.parent / "sandbox.en.js", engine))
    assert named <= set(re.findall(r"[\w.-]+", scripts))
    assert not list(site.folder.rglob("assets/live/*.map"))
    assert "sourceMappingURL" not in (live.parent / "sandbox.en.js").read_text("utf-8")


def test_a_file_of_the_list_that_is_not_there_fails_the_build(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path / "broken")
    (worker,) = (tmp_path / "broken" / "live").glob("worker.*")
    worker.rename(worker.with_name("worker.0123456789abcdef.js.zst"))
    with pytest.raises(PayloadError, match=re.escape(worker.name)):
        publish(tmp_path / "assets", tmp_path / "broken")
