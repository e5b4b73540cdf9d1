"""The programs that make the payload, run in this environment's Node, and what they made, kept."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from site_build.recordings import node
from site_build.snippets import ROOT

PROGRAMS = ROOT / "web" / "sandbox" / "build"
KEPT = 2  # builds of each part that stay, so that going back and forth costs nothing


class PayloadError(Exception):
    """The payload cannot be made; the message says by which step, and why."""


def run(program: str, *arguments: str | Path, job: str = "") -> str:
    """What a program of web/sandbox/build prints.

    Raises:
        PayloadError: it fails.
    """
    # With promise integration a stack can be suspended: the recorder's threads.
    command = [node(), "--experimental-wasm-jspi", PROGRAMS / program, *arguments]
    done = subprocess.run(
        list(map(str, command)), cwd=ROOT, input=job, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PayloadError(f"{program} {arguments[-1]}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def in_python(module: str, job: dict[str, Any], library: Path | None = None) -> dict[str, Any]:
    """What the `main` of a module answers that runs in the browser's Python.

    Args:
        module: its name.
        job: what it gets.
        library: a folder with `library.zip` and `site-packages`, instead of Python's own library.

    Raises:
        PayloadError: it fails.
    """
    told = run("python.mjs", library or "-", ROOT, module, job=json.dumps(job))
    answer: dict[str, Any] = json.loads(told)
    return answer


def digest(*parts: bytes | str | Path) -> str:
    """A name for what is made of some bytes, texts and files."""
    hashed = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part
        content = content.encode() if isinstance(content, str) else content
        hashed.update(hashlib.sha256(content).digest())
    return hashed.hexdigest()[:16]


def made(folder: Path, name: str, key: str, make: Callable[[Path], None]) -> Path:
    """The folder with a part, made if it is not kept under its key."""
    place = folder / f"{name}-{key}"
    if place.is_dir():
        os.utime(place)
        return place
    fresh = folder / f"{name}-{key}.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        make(fresh)
        if not place.is_dir():  # another build may have been faster
            fresh.rename(place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    every = sorted(folder.glob(f"{name}-{'?' * len(key)}"), key=lambda path: path.stat().st_mtime)
    for old in every[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return place
