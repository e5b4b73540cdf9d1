"""`python -m site_build site` with a quick stand-in for MkDocs."""

import sys
from pathlib import Path

import pytest

from site_build import __main__ as command_line
from site_build.hashed import LIST

BUILD = """
import sys
from pathlib import Path
site = Path(sys.argv[1])
(site / "assets" / "live").mkdir(parents=True)
(site / "index.html").write_text(sys.argv[2])
(site / "assets" / "live" / f"worker.{int(sys.argv[2]):016x}.js").write_text("")
sys.exit(int(sys.argv[3]))
"""


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Builds a site whose home page is a number, with an exit code."""

    def run(number: int, code: int = 0) -> int:
        def stand_in(*arguments: str) -> list[str]:
            return [sys.executable, "-c", BUILD, arguments[-1], str(number), str(code)]

        monkeypatch.setattr(command_line, "ROOT", tmp_path)
        monkeypatch.setattr(command_line, "mkdocs_command", stand_in)
        return command_line.site()

    return run


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_new_site_has_its_headers_and_what_older_pages_need(build, tmp_path: Path) -> None:
    assert (build(1), build(2)) == (0, 0)
    workers = {f"assets/live/worker.{number:016x}.js" for number in (1, 2)}
    assert files(tmp_path / "site") == {"index.html", "_headers", LIST, *workers}
    assert (tmp_path / "site" / "index.html").read_text() == "2"
    assert {path.name for path in tmp_path.iterdir()} == {"site", ".cache"}


def test_a_build_that_fails_says_so_and_the_old_site_stays(build, tmp_path: Path) -> None:
    assert build(1) == 0
    assert build(2, code=1) == 1
    assert (tmp_path / "site" / "index.html").read_text() == "1"
    assert {path.name for path in tmp_path.iterdir()} == {"site", ".cache"}
