"""Runs a command and leaves nothing of it behind: `python -m evidence.warden COMMAND …`.

It ends with the command, or when its standard input ends, which it does when whoever started it
lets go or is killed. Either way all that the command has started is killed, whatever session it is
in. The temporary folder that all of them had is removed, and what they left in shared memory. Linux
alone can do this.
"""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from evidence import shared_memory

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
GRACE_S = 3.0
_LOOK_EVERY_S = 0.02


def main(command: list[str]) -> int:
    """Run, and clean up; the exit code of the command, 130 if it was told to stop."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)  # whoever loses its parent becomes a child of this process
    shared, segments = shared_memory.names(), shared_memory.segments()
    folder = Path(tempfile.mkdtemp(prefix="evidence-"))
    folder.chmod(0o711)  # PostgreSQL's user, who is not root, walks through it
    try:
        child = subprocess.Popen(
            command,
            env={**os.environ, "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            preexec_fn=_begin,
        )
        code = _wait(child)
        for left in _left_by_now() if code == 0 else []:
            print(f"  left running: {_line(left)}", flush=True)
        return code if code >= 0 else 128 - code  # as a shell tells a signal
    finally:
        _kill_all()
        shutil.rmtree(folder, ignore_errors=True)
        shared_memory.remove_orphans(shared)
        shared_memory.remove_orphaned_segments(segments)


def _begin() -> None:
    """In the command's process: it dies with this one; SIGINT works, even if a shell hid it."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _wait(child: subprocess.Popen) -> int:
    """Wait for the end of the command or of standard input."""
    ended = os.pidfd_open(child.pid)
    while True:
        ready, _, _ = select.select([sys.stdin, ended], [], [])
        if ended in ready:
            return child.wait()
        if not os.read(sys.stdin.fileno(), 1):
            break
    child.send_signal(signal.SIGINT)  # its `with`s may end what they have begun
    select.select([ended], [], [], GRACE_S)
    return 130


def _left_by_now() -> list[int]:
    """The processes that the command should have ended; what it has killed takes a moment to go."""
    since = time.monotonic()
    while (left := _descendants()) and time.monotonic() - since < 1:
        time.sleep(_LOOK_EVERY_S)
    return left


def _kill_all() -> None:
    while left := _descendants():
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_LOOK_EVERY_S)


def _descendants() -> list[int]:
    """All processes below this one, after those that are over have been cleared away."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return []
    parents = dict(filter(None, map(_parent, Path("/proc").glob("[0-9]*"))))
    found, line = [], [os.getpid()]
    while line:
        line = [pid for pid, parent in parents.items() if parent in line]
        found += line
    return found


def _parent(process: Path) -> tuple[int, int] | None:
    """The ids of a process and of its parent; None if it is over."""
    try:
        state, parent = (process / "stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state in "ZX" else (int(process.name), int(parent))


def _line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return f"process {pid}, which is over by now"


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # through the `finally`
    sys.exit(main(sys.argv[1:]))
