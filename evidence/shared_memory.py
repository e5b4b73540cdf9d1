"""What killed processes leave: multiprocessing's semaphores, PostgreSQL's shared memory.

Whoever makes one removes it at its own end, which a SIGKILL leaves no time for.
"""

import contextlib
import ctypes
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

FOLDER = Path("/dev/shm")
SEGMENTS = Path("/proc/sysvipc/shm")  # those of System V
_IPC_RMID = 0


def names() -> set[str]:
    """What is in /dev/shm."""
    return {path.name for path in FOLDER.iterdir()} if FOLDER.is_dir() else set()


def segments() -> dict[int, bool]:
    """The segments of System V by their ids: whether each is an orphan.

    It is one if nobody is attached to it and the process that made it is over.
    """
    if not SEGMENTS.is_file():
        return {}
    _, *lines = [line.split() for line in SEGMENTS.read_text("ascii").splitlines()]
    return {
        int(line[1]): line[6] == "0" and not Path(f"/proc/{line[4]}").exists() for line in lines
    }


def remove_orphaned_segments(before: Iterable[int]) -> None:
    """Remove the orphans that have come since; of another user's none, unless by root."""
    for segment in {one for one, orphan in segments().items() if orphan} - set(before):
        ctypes.CDLL(None).shmctl(segment, _IPC_RMID, None)


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
