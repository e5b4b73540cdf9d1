"""The page "record-your-app": its commands are run, and print what it says they print."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from site_build.snippets import LANGUAGES, ROOT

# A file of the reader's, or a terminal: commands behind a `$`, and what they print.
_FENCE = re.compile(r'^```(?P<kind>\w+) title="(?P<title>[^"]+)"\n(?P<body>.*?)^```$', re.M | re.S)
_COMMAND = re.compile(r"^\$ (?P<command>(?:.*\\\n)*.*)\n", re.M)

REFUSES = """\
import sys


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name in {}:
            raise ModuleNotFoundError(name, name=name)


sys.meta_path.insert(0, Finder())
"""


def fences(language: str) -> Iterator[re.Match[str]]:
    text = (ROOT / f"docs/{language}/record-your-app.md").read_text("utf-8")
    return _FENCE.finditer(text)


def shell(script: str, folder: Path) -> str:
    """What a shell prints in a folder, on the screen, with the checkout on its PYTHONPATH."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {key: text for key, text in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env={**kept, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout


def terminal(body: str, folder: Path) -> str:
    """A terminal's text with what its commands print now."""
    commands = [match["command"] for match in _COMMAND.finditer(body)]
    printed = shell("\n".join(f"printf '\\0'; {command}" for command in commands), folder)
    outputs = printed.split("\0")[1:]
    return "".join(f"$ {c}\n{o}" for c, o in zip(commands, outputs, strict=True))


def played(language: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Each terminal of the page, as it is printed there and as it is now."""
    for fence in fences(language):
        if fence["kind"] == "console":
            yield fence["body"], terminal(fence["body"], folder)
        else:
            file = folder / fence["title"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(fence["body"], "utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_command_of_the_page_prints_what_it_says(language: str, tmp_path: Path) -> None:
    terminals = list(played(language, tmp_path))
    assert len(terminals) > 5
    for said, printed in terminals:
        assert said == printed


def closure(name: str) -> set[str]:
    """A distribution and all that it needs, without extras."""
    found: set[str] = set()
    left = [name]
    while left:
        found.add(name := left.pop())
        needed = [Requirement(text) for text in requires(name) or ()]
        needed = [one for one in needed if not one.marker or one.marker.evaluate({"extra": ""})]
        left += {canonicalize_name(one.name) for one in needed} - found
    return found


def test_a_run_needs_nothing_but_what_fastapi_brings(tmp_path: Path) -> None:
    files = {fence["title"]: fence["body"] for fence in fences("en")}
    (tmp_path / "main.py").write_text(files["main.py"], "utf-8")
    brought = closure("fastapi")
    refused = [
        top
        for top, owners in packages_distributions().items()
        if not brought.intersection(map(canonicalize_name, owners))
    ]
    assert "httpx" in refused
    (tmp_path / "sitecustomize.py").write_text(REFUSES.format(refused), "utf-8")
    refusing = f"PYTHONPATH=$PYTHONPATH{os.pathsep}{tmp_path} python -m recorder play main.py"
    assert "200" in shell(f"{refusing} --request 'GET /ping'", tmp_path)
