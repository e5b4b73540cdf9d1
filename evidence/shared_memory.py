"""What killed processes leave in /dev/shm: named semaphores, as multiprocessing's, and memory.

Whoever makes one removes it at its own end, which a SIGKILL leaves no time for.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path("/dev/shm")


def names() -> set[str]:
    """What is there."""
    return {path.name for path in FOLDER.iterdir()} if FOLDER.is_dir() else set()


def remove_orphans(before: set[str]) -> None:
    """Remove what has come since `before`, belongs to this user, and is in no process any more.

    Other programs may have made some of it meanwhile, but what a living process uses is mapped.
    """
    new = names() - before
    mapped = set(_mapped()) if new else set()
    for name in new:
        path = FOLDER / name
        with contextlib.suppress(FileNotFoundError):
            found = path.stat()
            if found.st_ino not in mapped and found.st_uid == os.geteuid():
                path.unlink()


def _mapped() -> Iterator[int]:
    """The inodes that some process has mapped: a semaphore is mapped under another name.

    Of another user's processes none is seen.
    """
    for maps in Path("/proc").glob("[0-9]*/maps"):
        try:
            lines = maps.read_text("utf-8", errors="replace").splitlines()
        except OSError:  # it is over, or another user's
            continue
        yield from (int(line.split()[4]) for line in lines if f" {FOLDER}/" in line)
