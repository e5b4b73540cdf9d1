"""The nightly workflow measures with the newest releases, and tells in an issue what flipped."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from evidence.__main__ import _parser
from site_build.snippets import ROOT

WORKFLOW = ROOT / ".github" / "workflows" / "nightly.yml"
STEPS: list[dict[str, Any]] = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]["evidence"][
    "steps"
]
COMMANDS = [step["run"] for step in STEPS if "run" in step]
# A gh of which one issue is open or none; it writes down what it is asked.
GH = """#!/bin/sh
echo "$@" >> asked.txt
[ "$2" != list ] || printf '%s' "$OPEN"
"""


def test_it_locks_the_newest_then_measures_then_compares() -> None:
    lock, environments, measure, compare = COMMANDS[2:6]
    assert lock == "make lock UPGRADE=1"
    assert environments == ".venv/bin/python -m evidence lock --newest"
    assert measure.startswith("make evidence")
    assert compare == ".venv/bin/python -m evidence report report.md"


def test_its_commands_are_ones_that_exist() -> None:
    verbs = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    for command in COMMANDS:
        program, *arguments = command.split()
        if program == "make":
            assert arguments[0] in verbs
        elif program == ".venv/bin/python":
            assert arguments[:2] == ["-m", "evidence"]
            _parser().parse_args(arguments[2:])


def test_it_uses_the_same_actions_as_ci() -> None:
    ci = (WORKFLOW.parent / "ci.yml").read_text("utf-8")
    assert all(step["uses"] in ci for step in STEPS if "uses" in step)


@pytest.mark.parametrize(
    ("number", "asked"),
    [
        ("", "issue create --title Evidence: answers have flipped --body-file body.md"),
        ("17", "issue comment 17 --body-file body.md"),
    ],
)
def test_it_opens_one_issue_and_adds_to_it(number: str, asked: str, tmp_path: Path) -> None:
    gh = tmp_path / "gh"
    gh.write_text(GH, "utf-8")
    gh.chmod(0o755)
    (tmp_path / "report.md").write_text("1 answers have flipped\n" * 9000, "utf-8")
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["sh", "-e", "-c", COMMANDS[-1]],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "OPEN": number},
        check=True,
    )
    assert (tmp_path / "asked.txt").read_text("utf-8").splitlines()[-1] == asked
    assert (tmp_path / "body.md").stat().st_size == 60000
