"""Brotli, as a content network keeps it: packed once, at the highest quality."""

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from site_build.snippets import ROOT

PACKED = ROOT / ".cache" / "bench" / "packed"
SMALLEST = 512  # bytes; below it a header costs as much as packing saves
WORTH = 0.98  # what is hardly smaller is served as it is: zips, images, what was packed before
# Node has Brotli, Python has not.
_PROGRAM = """
const { constants: c, brotliCompressSync } = require("node:zlib");
const params = { [c.BROTLI_PARAM_QUALITY]: 11, [c.BROTLI_PARAM_LGWIN]: 24 };
process.stdout.write(brotliCompressSync(require("node:fs").readFileSync(0), { params }));
"""


def brotli(content: bytes) -> bytes | None:
    """The content packed, or None where that is not worth it. Kept in .cache/bench/packed."""
    if len(content) < SMALLEST:
        return None
    path = PACKED / hashlib.sha256(content).hexdigest()
    if not path.is_file():
        PACKED.mkdir(parents=True, exist_ok=True)
        node = Path(sys.executable).parent / "node"
        command = [str(node), "-e", _PROGRAM]
        done = subprocess.run(command, input=content, stdout=subprocess.PIPE, check=True)
        path.write_bytes(done.stdout)
    packed = path.read_bytes()
    return packed if len(packed) < WORTH * len(content) else None


def pack(files: Iterable[Path]) -> None:
    """Pack files beforehand: Pyodide's takes half a minute, and a visit would wait for it."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(brotli, (path.read_bytes() for path in files)))
