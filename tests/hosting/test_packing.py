"""The zip: everything, the same bytes each time, at home on any static server."""

import zipfile
from pathlib import Path

import pytest

from site_build.hashed import keep
from site_build.packing import NAME, pack, precompress


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A site of three files."""
    site = tmp_path / "site"
    (site / "assets").mkdir(parents=True)
    (site / "index.html").write_text("响应之后" * 500, "utf-8")
    (site / "assets" / "a.js").write_text("1")
    (site / "sitemap.xml.gz").write_bytes(b"packed on a day")
    return site


def test_all_files_are_in_one_folder_that_says_how_to_serve_it(small: Path, tmp_path: Path) -> None:
    pack(small, tmp_path / "guide.zip")
    with zipfile.ZipFile(tmp_path / "guide.zip") as packed:
        assert packed.testzip() is None
        assert packed.namelist() == [
            f"{NAME}/{n}" for n in ("README.txt", "assets/a.js", "index.html")
        ]
        assert packed.read(f"{NAME}/index.html") == (small / "index.html").read_bytes()
        assert "http.server" in packed.read(f"{NAME}/README.txt").decode()


def test_the_same_site_gives_the_same_bytes(small: Path, tmp_path: Path) -> None:
    pack(small, tmp_path / "one.zip")
    (small / "assets" / "a.js").touch()
    pack(small, tmp_path / "other.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"site", "one.zip", "other.zip"}


def test_what_is_there_for_older_pages_is_not_packed(small: Path, tmp_path: Path) -> None:
    pack(small, tmp_path / "first.zip")
    older = tmp_path / "older"
    (older / "assets").mkdir(parents=True)
    (older / "assets" / "worker.0123456789abcdef.js").write_text("old")
    keep(small, older)
    (small / "sitemap.xml").write_text("today")
    assert (small / "assets" / "worker.0123456789abcdef.js").is_file()
    pack(small, tmp_path / "second.zip")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_without_a_site_it_says_what_builds_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="`make site` builds it"):
        pack(tmp_path / "site", tmp_path / "guide.zip")


def test_a_packed_copy_is_the_same_each_time(small: Path) -> None:
    assert precompress(small) == 1  # a.js is too small
    first = (small / "index.html.gz").read_bytes()
    (small / "index.html").touch()
    assert precompress(small) == 1
    assert (small / "index.html.gz").read_bytes() == first
