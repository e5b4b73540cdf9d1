"""Puts a freshly built folder in the place of an old one: at no moment is neither of them there."""

import ctypes
import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

_HERE = -100  # AT_FDCWD: paths start at the current folder
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS: the two change places


def replace(fresh: Path, old: Path) -> None:
    """Put `fresh` in the place of `old`, which lies beside it; what was there is removed.

    Where the system cannot exchange two folders, `old` is missing for the time of a rename; if all
    ends just then, `restore` brings it back.
    """
    if not old.exists():
        fresh.rename(old)
    elif exchange(fresh, old):
        shutil.rmtree(fresh)
    else:
        aside = _aside(old)
        old.rename(aside)
        fresh.rename(old)
        shutil.rmtree(aside)


def exchange(one: Path, other: Path) -> bool:
    """Have two folders change places in one step; False where the system cannot."""
    libc = ctypes.CDLL(None)
    here, there = os.fsencode(one), os.fsencode(other)
    if hasattr(libc, "renameat2"):
        return bool(libc.renameat2(_HERE, here, _HERE, there, _EXCHANGE) == 0)
    if hasattr(libc, "renamex_np"):
        return bool(libc.renamex_np(here, there, _EXCHANGE) == 0)
    return False


def restore(old: Path) -> None:
    """Bring back what a killed `replace` has moved aside; remove what it no longer needs."""
    aside = _aside(old)
    if aside.exists() and not old.exists():
        aside.rename(old)
    shutil.rmtree(aside, ignore_errors=True)


def _aside(old: Path) -> Path:
    return old.with_name(f"{old.name}.old")


@contextmanager
def fresh_folder(old: Path) -> Iterator[Path]:
    """A folder to build in, beside `old`, for one process at a time.

    It is gone at the end, whatever ends it; after a SIGKILL, at the next beginning.
    """
    fresh = old.with_name(f"{old.name}.new")
    lock = old.with_name(".cache") / f"{old.name}.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held, _ended_politely():
        fcntl.flock(held, fcntl.LOCK_EX)
        restore(old)
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            yield fresh
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def _ended_politely() -> Iterator[None]:
    """Let a SIGTERM unwind the stack, as Ctrl-C does."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.SIG_DFL
    with suppress(ValueError):  # not in the main thread
        before = signal.signal(signal.SIGTERM, end)  # type: ignore[assignment]
    try:
        yield
    finally:
        with suppress(ValueError):
            signal.signal(signal.SIGTERM, before)
