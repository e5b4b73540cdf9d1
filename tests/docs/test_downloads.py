"""A pattern is downloaded as a folder that runs, the same bytes on any day."""

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from site_build import downloads, fences, snippets
from site_build.page import current
from site_build.snippets import LANGUAGES, SnippetError
from tests.conftest import SITE_URL, Site
from tests.snippets import small_pattern
from tests.snippets.patterns import check_whole

FILES = ["README.md", "app.py", "requirements.txt", "test_app.py"]
PATTERNS = snippets.patterns()


@pytest.fixture
def pattern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SITE_URL", raising=False)
    return small_pattern.make(tmp_path, monkeypatch)


def change(pattern: Path, old: str, new: str) -> None:
    file = pattern / "story.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    os.utime(file, ns=(0, len(new)))  # a story is read again when it is from another time


# -- what is in it ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PATTERNS)
def test_a_download_passes_its_own_tests(name: str) -> None:
    check_whole(name)


def test_a_folder_has_the_app_its_test_its_requirements_and_the_commands(pattern: Path) -> None:
    found = downloads.files("charge_once")
    assert sorted(found) == FILES
    assert found["app.py"] == re.sub(r"\n*# --8<--.*", "", small_pattern.APP).replace(
        "set()\n@app", "set()\n\n\n@app"
    )
    assert found["test_app.py"] == small_pattern.TEST
    pins = dict(line.split("==") for line in found["requirements.txt"].splitlines())
    assert list(pins) == ["fastapi", "pytest", "uvicorn"]
    assert "\nuvicorn app:app\n" in found["README.md"]
    assert "\npython -m pytest\n" in found["README.md"]
    assert all(text in found["README.md"] for text in ("# 只扣一次款\n", "# Charge once\n"))


def test_a_pin_is_that_of_the_projects_lock(pattern: Path) -> None:
    lock = (snippets.ROOT / "requirements.txt").read_text("utf-8")
    for line in downloads.files("charge_once")["requirements.txt"].splitlines():
        assert f"\n{line} \\\n" in lock


def test_an_extra_is_asked_for_and_pinned_with_its_package(pattern: Path) -> None:
    change(pattern, '"fastapi",', '"fastapi", "sqlalchemy[asyncio]",')
    text = downloads.files("charge_once")["requirements.txt"]
    assert re.search(r"^sqlalchemy\[asyncio\]==[\d.]+$", text, re.M)


def test_no_address_is_invented(pattern: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "http" not in downloads.files("charge_once")["README.md"]
    monkeypatch.setenv("SITE_URL", "https://docs.example.test/guide/")
    told = downloads.files("charge_once")["README.md"]
    assert "<https://docs.example.test/guide/charge-once/>" in told
    assert "<https://docs.example.test/guide/en/charge-once/>" in told


def test_several_commands_are_given_a_terminal_each(pattern: Path) -> None:
    assert "terminal" not in downloads.files("charge_once")["README.md"]
    change(pattern, '["uvicorn app:app"]', '["uvicorn app:app", "rq worker"]')
    assert "each command in a terminal" in downloads.files("charge_once")["README.md"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"fastapi",', '"fastapi", "flask",', "'flask': requirements.txt does not pin it; add"),
        ('"fastapi",', '"fastapi>=0.100",', "'fastapi>=0.100': write the name alone"),
        ('"fastapi",', '"SQLAlchemy",', "'SQLAlchemy': write the name alone, in small letters"),
        ('["fastapi", "uvicorn"]', "[]", r'needs requirements = ["fastapi"]'),
        ('commands = ["uvicorn app:app"]', "", r'needs commands = ["uvicorn app:app"]'),
        ('commands = ["uvicorn app:app"]', 'commands = "uvicorn"', "needs commands = ["),
        ('en = "Charge once"', 'fr = "Une fois"', "title needs zh and en: 'en'"),
        ("[app]", "[other]", "says nothing about 'app'; add [app]"),
    ],
)
def test_a_story_that_no_folder_can_be_made_of_is_named(
    old: str, new: str, complaint: str, pattern: Path
) -> None:
    change(pattern, old, new)
    with pytest.raises(SnippetError, match=r"snippets/charge_once/story\.toml") as caught:
        downloads.archive("charge_once")
    assert complaint in str(caught.value)


def test_a_pattern_without_a_test_is_an_error(pattern: Path) -> None:
    (pattern / "test_app.py").unlink()
    with pytest.raises(SnippetError, match=r"no snippets/charge_once/test_app\.py"):
        downloads.archive("charge_once")


# -- how it is packed ---------------------------------------------------------------------------


def test_the_same_files_give_the_same_bytes_and_unpack_into_one_folder(pattern: Path) -> None:
    packed = downloads.archive("charge_once")
    for path in pattern.iterdir():
        os.utime(path, (0, 0))
    assert downloads.archive("charge_once") == packed
    entries = zipfile.ZipFile(io.BytesIO(packed)).infolist()
    assert [entry.filename for entry in entries] == [f"charge-once/{file}" for file in FILES]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o644}


def test_a_build_publishes_every_pattern(pattern: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    downloads.publish(site)
    assert [path.name for path in site.rglob("*.zip")] == ["charge-once.zip"]
    published = site / "patterns" / "charge-once.zip"
    assert published.read_bytes() == downloads.archive("charge_once")


# -- on the page --------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "root"), [("zh", "../"), ("en", "../../")])
def test_the_first_listing_alone_leads_to_the_folder(
    language: str, root: str, pattern: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(pattern, 'runs = "live"', 'runs = "measured"')
    for key, value in {"language": language, "root": "../", "offered": False}.items():
        monkeypatch.setattr(current, key, value)
    first, second = (fences._sandbox("charge_once/app", "", show) for show in ("charge", ""))
    html = current.put_back(first)
    size = len(downloads.archive("charge_once"))
    assert f'<a href="{root}patterns/charge-once.zip" download>' in html
    assert f"{round(size / 1024)} KB" in html.partition("download>")[2].partition("</a>")[0]
    assert html.index("</live-sandbox>") < html.index('class="download"')
    assert "download" not in current.put_back(second)
    assert "<svg" not in html  # there is no run of it


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PATTERNS)
def test_the_site_has_the_folder_and_its_page_the_link(
    name: str, language: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_URL", SITE_URL)
    page = downloads.page_of(name)
    assert (site.folder / "patterns" / f"{page}.zip").read_bytes() == downloads.archive(name)
    file = site.folder / ("en" if language == "en" else "") / page / "index.html"
    html = file.read_text("utf-8")
    assert len(re.findall(rf'<a href="[./]+/patterns/{page}\.zip" download>[^<]+KB', html)) == 1


# -- whether it runs ----------------------------------------------------------------------------


@pytest.mark.verify
@pytest.mark.parametrize("name", PATTERNS)
def test_it_runs_where_nothing_is_installed_but_its_requirements(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(downloads.archive(name))) as packed:
        packed.extractall(tmp_path)
    folder = tmp_path / downloads.page_of(name)
    uv, python = str(Path(sys.executable).with_name("uv")), ".venv/bin/python"
    run(folder, uv, "venv", "--quiet", "--python", sys.executable, ".venv")
    run(folder, uv, "pip", "install", "--quiet", "--python", python, "-r", "requirements.txt")
    run(folder, python, "-m", "pytest")


def run(folder: Path, *command: str) -> None:
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("PYTEST", "VIRT"))}
    done = subprocess.run(
        command,
        cwd=folder,
        env={key: text for key, text in kept.items() if key != "PYTHONPATH"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
