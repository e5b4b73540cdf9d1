"""What waiting tasks hold: memory."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import httpx

from evidence.probes import probe
from evidence.processes import until
from evidence.repeating import repeat
from evidence.rows import Finding, Value
from evidence.servers.setups import named
from evidence.serving import APPS, Served

CLAIM = "memory"
APP = APPS / "holding_arguments.py"
UVICORN = named("uvicorn-httptools")
UPLOADS, SIZE = 20, 5_000_000


def _resident(served: Served) -> int:
    """Bytes of memory that the server's process has."""
    pages = Path(f"/proc/{served.program.process.pid}/statm").read_text("utf-8").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _upload(served: Served, path: str) -> None:
    httpx.post(f"{served.url}/{path}", content=b"x" * SIZE).raise_for_status()


def _release(served: Served) -> None:
    """Let all tasks end, and wait until they have."""
    httpx.post(f"{served.url}/release").raise_for_status()
    until(lambda: httpx.get(f"{served.url}/waiting").json() == 0, 30, "the end of the tasks")


def _grown(path: str) -> tuple[int, int]:
    """By how many bytes a server grows with tasks that wait, and is larger when they are over."""
    with UVICORN.serving(APP, ready="") as served:
        _upload(served, path)
        _release(served)
        before = _resident(served)
        for _ in range(UPLOADS):
            _upload(served, path)
        held = _resident(served)
        _release(served)
        return held - before, _resident(served) - before


def _in_uploads(sizes: Iterable[int]) -> list[int]:
    """Bytes as so many uploads: what is between them differs from run to run."""
    return [round(size / SIZE) for size in sizes]


@probe(watches_s=60)
def memory_of_waiting_tasks() -> Iterator[Finding]:
    """Uploads of which a task waits: with the bytes as its argument, and with their number."""
    passed = repeat(lambda: _grown("passed"), 2)
    kept = repeat(lambda: _grown("read-and-not-passed"), 2)
    result: dict[str, Value] = {
        "uploads_count": UPLOADS,
        "upload_bytes": SIZE,
        "grown_by_uploads_count": _in_uploads(grown for grown, _ in passed),
        "left_uploads_count": _in_uploads(left for _, left in passed),
        "not_passed_uploads_count": _in_uploads(grown for grown, _ in kept),
    }
    yield UVICORN.finding("memory-of-waiting-tasks", CLAIM, result, runs=2)
