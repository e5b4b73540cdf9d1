"""The payload that the site gets, and what is in its files."""

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from site_build.recordings import node

Files = dict[str, bytes]
_UNPACK = """
import fs from "node:fs";
import zlib from "node:zlib";
process.stdout.write(zlib.zstdDecompressSync(fs.readFileSync(process.argv[1])));
"""


@pytest.fixture(scope="session")
def manifest(built: Path) -> dict[str, Any]:
    """The list of what is in the payload."""
    found: dict[str, Any] = json.loads((built / "manifest.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def contents(built: Path, manifest: dict[str, Any]) -> Callable[[str], Files]:
    """Gives the files in one of the payload's archives."""

    def unpacked(key: str) -> Files:
        path = built / "live" / manifest["files"][key]["name"]
        command = [node(), "--input-type=module", "--eval", _UNPACK, path]
        done = subprocess.run(list(map(str, command)), capture_output=True, check=True)
        with zipfile.ZipFile(io.BytesIO(done.stdout)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    return unpacked
