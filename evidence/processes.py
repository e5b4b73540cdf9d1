"""Real programs: started in a process group of their own, watched, killed, cleaned up."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

_LOOK_EVERY_S = 0.02


class ProbeError(Exception):
    """Something that a probe relies on did not happen; the message says what was seen."""


def until(condition: Callable[[], object], within_s: float, what: str) -> float:
    """Wait for a state; the seconds that it took.

    Raises:
        ProbeError: it did not come in time.
    """
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > within_s:
            raise ProbeError(f"not within {within_s:g} s: {what}")
        time.sleep(_LOOK_EVERY_S)
    return time.monotonic() - began


def happens(condition: Callable[[], object], within_s: float) -> bool:
    """Whether a state comes within some seconds. All of them pass if it doesn't."""
    with contextlib.suppress(ProbeError):
        until(condition, within_s, "")
        return True
    return False


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _children(pid: int) -> list[int]:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it is gone
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
        return [int(child) for child in told.split()]
    return []


def _below(pid: int) -> list[int]:
    return [one for child in _children(pid) for one in (child, *_below(child))]


class Program:
    """A running program. Its output goes to a file; leaving the `with` ends its whole group."""

    def __init__(
        self, command: Sequence[str | Path], folder: Path, extra: dict[str, str] | None = None
    ) -> None:
        handle, name = tempfile.mkstemp(prefix="program-", suffix=".log", dir=folder)
        self.log = Path(name)
        self.process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(extra or {})},
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        os.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill_all()

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self.log.read_text("utf-8", errors="replace")

    @property
    def ended(self) -> bool:
        """Whether the program itself is over; children of it may live on."""
        return self.process.poll() is not None

    def children(self) -> list[int]:
        """The ids of its direct children."""
        return _children(self.process.pid)

    def descendants(self) -> list[int]:
        """The ids of its children, their children, and so on, in whatever process group."""
        return _below(self.process.pid)

    def kill_all(self) -> None:
        """Kill it and all its descendants, as the end of a container does.

        Its group alone would not do: RQ's worker gives each job's process a group of its own.
        """
        below = self.descendants()
        self.send(signal.SIGKILL)
        for pid in below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def says(self, words: str, within_s: float = 30) -> float:
        """Wait until it has printed some words; the seconds that it took.

        Raises:
            ProbeError: it did not in time, or it ended before.
        """

        def said() -> bool:
            return words in self.output or self.ended

        took = until(said, within_s, f"{words!r} in the output of {self}")
        if words not in self.output:
            raise ProbeError(f"ended without saying {words!r}: {self}")
        return took

    def send(self, number: signal.Signals, to_group: bool = True) -> None:
        """Send a signal to its process group, or to the one process; it may be gone by now."""
        with contextlib.suppress(ProcessLookupError):
            if to_group:
                os.killpg(self.process.pid, number)
            else:
                os.kill(self.process.pid, number)

    def kill_one(self, child: int) -> None:
        """Kill one of its descendants, and nobody else.

        Raises:
            ProbeError: the process is not its descendant.
        """
        if child not in self.descendants():
            raise ProbeError(f"{child} is no child of {self}")
        os.kill(child, signal.SIGKILL)

    def ends(self, within_s: float = 30) -> float:
        """Wait until it is over; the seconds that it took.

        Raises:
            ProbeError: it is not over in time.
        """
        return until(lambda: self.ended, within_s, f"the end of {self}")

    def __str__(self) -> str:
        last = "\n".join(self.output.splitlines()[-15:])
        return f"{' '.join(map(str, self.process.args))}\n{last}"  # type: ignore[arg-type]


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    """A temporary folder for one probe."""
    with tempfile.TemporaryDirectory(prefix="evidence-") as folder:
        yield Path(folder)


def python_program(
    arguments: Sequence[str | Path], folder: Path, python: Path | None = None, **extra: str
) -> Program:
    """Start a Python program, with the project's own Python unless another is given."""
    return Program([python or sys.executable, *arguments], folder, extra)
