"""The built site, once for all tests that look at it."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from site_build.__main__ import environment, mkdocs_command
from site_build.payload.build import payload
from site_build.snippets import ROOT

SITE_URL = "https://docs.example.test/team/guide/"
BASE = "/team/guide/"


@dataclass(frozen=True)
class Site:
    """A built site: its folder, and what the build printed."""

    folder: Path
    output: str


def build(folder: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Build into `folder` as `make site` does, for an address with a sub-path."""
    # A checkout's own REPO_URL must not decide what the tests see.
    kept = {key: text for key, text in environment().items() if key != "REPO_URL"}
    return subprocess.run(
        mkdocs_command("build", "--strict", "--quiet", "--site-dir", str(folder), *options),
        cwd=ROOT,
        env={**kept, "SITE_URL": SITE_URL, "RECORDINGS": "afresh", **variables},
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Run by one process at a time: of the two that `make test` has, both want the same made."""
    with (folder / "alone.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this session, whether one process runs it or several."""
    mine = tmp_path_factory.getbasetemp()
    return mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine


@pytest.fixture(scope="session")
def built(shared: Path) -> Path:
    """The folder with the payload; it is made once for each state of the checkout."""
    with alone(shared):
        return payload()


@pytest.fixture(scope="session")
def site(shared: Path, built: Path) -> Site:
    """The site, built into a folder of this session. Fails with what the build printed."""
    folder, said = shared / "built" / "site", shared / "built" / "said.txt"
    with alone(shared):
        if not said.is_file():
            done = build(folder)
            if done.returncode:
                told = f"the site does not build; `make site` says:\n{done.stdout}"
                pytest.fail(told, pytrace=False)
            said.write_text(done.stdout, "utf-8")
    return Site(folder, said.read_text("utf-8"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many questions the search answered, whichever process asked them."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for key, told in report.user_properties:
                if key == "search":
                    terminalreporter.write_line(str(told))
