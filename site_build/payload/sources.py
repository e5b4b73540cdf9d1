"""The library's files, from the archives that they come in: source, data and licences."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from site_build.payload.packages import wheels
from site_build.snippets import ROOT

PYODIDE = ROOT / "node_modules" / "pyodide"
EXTENSION = "pydantic_core/_pydantic_core"  # the one module that is WebAssembly of its own
# Read by the modules beside them: certificates, by httpx when it makes a client.
_DATA = ("certifi/cacert.pem",)
# anyio reads its own source to learn which of its modules has which name.
_READ = ("anyio/__init__.py",)
_DATE = (1980, 1, 1, 0, 0, 0)  # a zip's first day: the bytes must not tell when they were made


def _files(archive: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            if not name.endswith("/"):
                yield name, opened.read(name)


def _archives() -> list[Path]:
    return [PYODIDE / "python_stdlib.zip", *sorted(wheels().glob("*.whl"))]


def of_library() -> dict[str, bytes]:
    """Python's standard library and all packages, by their paths in the archives."""
    files = (file for archive in _archives() for file in _files(archive))
    return {name: text for name, text in files if name.endswith(".py")}


def of_recorder() -> dict[str, bytes]:
    """The recorder's own files."""
    folder = ROOT / "recorder"
    return {f"recorder/{path.name}": path.read_bytes() for path in sorted(folder.glob("*.py"))}


def data() -> dict[str, bytes]:
    """What is read at run time besides modules: some files, and each package's metadata."""
    kept = {}
    for archive in _archives():
        for name, content in _files(archive):
            if name in (*_DATA, *_READ) or name.endswith(".dist-info/entry_points.txt"):
                kept[name] = content
            elif name.endswith(".dist-info/METADATA"):  # in an archive, each is read at the start
                found = re.findall(rb"^(?:Metadata-Version|Name|Version): .*\n", content, re.M)
                kept[name] = b"".join(found[:3])
    return kept


def extension() -> tuple[str, bytes]:
    """The path in its wheel, and the content, of pydantic_core's WebAssembly.

    Raises:
        LookupError: its wheel has none.
    """
    for archive in _archives():
        for name, content in _files(archive):
            if name.startswith(f"{EXTENSION}.") and name.endswith(".so"):
                return name, content
    raise LookupError(f"no wheel has {EXTENSION}.*.so")


def archive(files: Mapping[str, bytes]) -> bytes:
    """A zip that stores files as they are: what is compressed twice gets larger."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name in sorted(files):
            opened.writestr(zipfile.ZipInfo(name, _DATE), files[name])
    return made.getvalue()
