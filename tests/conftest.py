"""The built site, once for all tests that look at it."""

import subprocess
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


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site, built into a folder of this session. Fails with what the build printed."""
    folder = tmp_path_factory.mktemp("built") / "site"
    payload()  # which says that it takes a while, where it does
    done = build(folder)
    if done.returncode:
        pytest.fail(f"the site does not build; `make site` says:\n{done.stdout}", pytrace=False)
    return Site(folder, done.stdout)
