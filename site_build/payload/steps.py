"""The steps that make the library: compile, see what is imported, sort."""

import json
import re
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from site_build.payload import sources
from site_build.payload.groups import GROUPS, LIBRARY, REST, as_module, module_name, sorted_out
from site_build.payload.making import PROGRAMS, PayloadError, digest, in_python, made
from site_build.payload.packages import locked
from site_build.snippets import ROOT, Snippet, names, snippet, variants

_HERE = Path(__file__).parent
_PYTHON = (PROGRAMS / "python.mjs", sources.PYODIDE / "package.json")
_COMPILER = (_HERE / "compiler.py", _HERE / "lighter.py", *_PYTHON)


def _compiled(folder: Path, name: str, texts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The `.pyc` of each source file."""
    given = sources.archive(texts)

    def make(place: Path) -> None:
        paths = {"source": place / "source.zip", "target": place / "compiled.zip"}
        paths["source"].write_bytes(given)
        in_python(
            "site_build.payload.compiler",
            {key: str(path.relative_to(ROOT)) for key, path in paths.items()},
        )
        paths["source"].unlink()

    place = made(folder, name, digest(given, *_COMPILER), make)
    with zipfile.ZipFile(place / "compiled.zip") as archive:
        return {file: archive.read(file) for file in archive.namelist()}


def _live() -> list[Snippet]:
    """The snippets that readers can run in Python."""
    every = (snippet(f"{name}/{variant}") for name in names() for variant in variants(name))
    return [one for one in every if one.is_live and one.is_python]


def _imports(one: Snippet) -> list[str]:
    return re.findall(r"^\s*(?:import|from) (?:.*)", one.code, re.M)


def _groups(one: Snippet) -> set[str]:
    tops = {line.split()[1].partition(".")[0] for line in _imports(one)}
    return tops & {*GROUPS} or {LIBRARY}


def whole(folder: Path, files: Mapping[str, bytes]) -> Path:
    """A folder with these files for Python in Node, and with what no archive can hold."""
    path, extension = sources.extension()
    loader = {f"{sources.EXTENSION}.py": (_HERE / "extension.py").read_bytes()}
    everything = sources.archive({**files, **loader})

    def make(place: Path) -> None:
        (place / "library.zip").write_bytes(everything)
        (place / "site-packages" / path).parent.mkdir(parents=True)
        (place / "site-packages" / path).write_bytes(extension)

    return made(folder, "whole", digest(everything, extension), make)


def imported(folder: Path, python: Path, group: str) -> set[str]:
    """The modules that the snippets of a group import.

    Raises:
        PayloadError: one of them cannot be played there.
    """
    mine = [one for one in _live() if group in _groups(one)]

    def make(place: Path) -> None:
        files = [str(one.path.relative_to(ROOT)) for one in mine]
        answer = in_python("site_build.payload.imports", {"files": files}, python)
        if answer["failed"]:
            raise PayloadError(f"the browser's Python cannot play {answer['failed']}")
        (place / "imported.json").write_text(json.dumps(answer), "utf-8")

    told = json.dumps([(one.id, _imports(one)) for one in mine])
    key = digest(told, python.name, _HERE / "imports.py", *_PYTHON)
    place = made(folder, f"imported-{group}", key, make)
    return set(json.loads((place / "imported.json").read_text("utf-8"))["modules"])


def depends() -> list[str | bytes | Path]:
    """All that the libraries, and the files beside them, are made of."""
    ours = sorted(_HERE.glob("*.py"))
    locks = [ROOT / "package-lock.json", sources.PYODIDE / "package.json"]
    recorder = [part for file in sources.of_recorder().items() for part in file]
    snippets = json.dumps([(one.id, _imports(one)) for one in _live()])
    return [locked(), *locks, *ours, *recorder, snippets]


def libraries(folder: Path) -> tuple[dict[str, dict[str, bytes]], dict[str, str]]:
    """The files of the library, of each group and of the rest; and where each module is.

    Args:
        folder: where the steps keep what they made; in the project, so that Node sees it.
    """
    jobs = {"packages": sources.of_library(), "recorder": sources.of_recorder()}
    groups = (LIBRARY, *GROUPS)
    with ThreadPoolExecutor(2) as pool:  # each waits for a Node
        compiled = pool.map(lambda job: _compiled(folder, *job), jobs.items())
        files = {name: code for one in compiled for name, code in one.items()}
        python = whole(folder, {**files, **sources.data()})
        listed = pool.map(partial(imported, folder, python), groups)
        used = dict(zip(groups, listed, strict=True))
    places = sorted_out({module_name(name) for name in files}, used)
    sorted_files: dict[str, dict[str, bytes]] = {place: {} for place in (*groups, REST)}
    for name, code in files.items():
        sorted_files[places[module_name(name)]][name] = code
    for name, content in sources.data().items():
        sorted_files[places.get(name.partition("/")[0], LIBRARY)][name] = content
    sorted_files[LIBRARY]["sandbox_modules.py"] = as_module(places).encode()
    return sorted_files, places
