"""The laws that every app to copy keeps, besides those of every snippet."""

import ast
import io
import re
import tokenize
from functools import cache
from importlib import metadata

import pytest

from site_build import downloads, snippets
from tests.snippets.patterns import imported
from tests.test_architecture import LONGEST_FUNCTION, Function, body_lines

# What is needed besides what is imported, told by the words of a file.
NEEDS = {
    "greenlet": r"\bsqlalchemy\.ext\.asyncio\b",
    "httpx": r"\b(fastapi|starlette)\.testclient\b",
    "python-multipart": r"\b(Form|File|UploadFile)\b",
    "websockets": r"\bWebSocket\b",
}
every_pattern = pytest.mark.parametrize("name", snippets.patterns())


def needed(text: str) -> set[str]:
    """The packages that a file needs: those of its imports, and what no import tells."""
    tops = {module.partition(".")[0].replace("_", "-") for module in imported(text)}
    return tops | {package for package, words in NEEDS.items() if re.search(words, text)}


@cache
def brought(package: str) -> frozenset[str]:
    """What pip installs with a package, itself included, without what is asked for by extras."""
    found, left = {package}, [package]
    while left:
        try:
            wanted = metadata.requires(left.pop()) or []
        except metadata.PackageNotFoundError:
            continue
        names = {re.match(r"[\w.-]+", one)[0].lower() for one in wanted if "extra ==" not in one}  # type: ignore[index]
        left += names - found
        found |= names
    return frozenset(found)


def test_what_pip_brings_is_known() -> None:
    assert {"starlette", "pydantic", "anyio"} <= brought("fastapi")
    assert not {"httpx", "uvicorn"} & brought("fastapi")
    assert imported("import os, app, a.b\nfrom c.d import e\n") == {"a.b", "c.d"}
    assert needed("from sqlalchemy.ext.asyncio import x\n") == {"sqlalchemy", "greenlet"}
    assert needed("from fastapi import WebSocket\n") == {"fastapi", "websockets"}


@every_pattern
def test_it_is_one_file_and_its_test(name: str) -> None:
    found = sorted(path.name for path in (snippets.FOLDER / name).glob("*.*"))
    assert found == ["app.py", "story.toml", "test_app.py"], f"snippets/{name}: {found}"


@every_pattern
def test_its_functions_are_short(name: str) -> None:
    tree = ast.parse(downloads.files(name)["app.py"])
    lines = {node.name: body_lines(node) for node in ast.walk(tree) if isinstance(node, Function)}
    long = {function: n for function, n in lines.items() if n > LONGEST_FUNCTION}
    assert not long, f"snippets/{name}/app.py: {long}; at most {LONGEST_FUNCTION} lines a function"


@every_pattern
def test_what_is_downloaded_has_no_prose_but_the_readme(name: str) -> None:
    for file in ("app.py", "test_app.py"):
        text = downloads.files(name)[file]
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        prose = [t.string for t in tokens if t.type == tokenize.COMMENT]
        prose = [one for one in prose if not re.match(r"# (\(\d+\)!|type: ignore|noqa)", one)]
        assert not prose, f"snippets/{name}/{file}: {prose}: prose belongs on the page"


@every_pattern
def test_its_requirements_bring_what_it_imports_and_runs(name: str) -> None:
    files = downloads.files(name)
    lines = files["requirements.txt"].splitlines()
    asked = {re.split(r"[\[=]", line)[0] for line in lines}
    there = {one for package in asked for one in brought(package)}
    if any(line.startswith("sqlalchemy[asyncio]") for line in lines):
        there.add("greenlet")
    wanted = needed(files["app.py"]) | needed(files["test_app.py"])
    wanted |= {command.split()[0] for command in downloads.commands(name)} - {"python"}
    missing = sorted(wanted - there)
    assert not missing, f"snippets/{name}/story.toml: requirements: add {missing}; has {lines}"
