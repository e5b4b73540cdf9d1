"""Asks probes in processes of their own, so that nothing of one outlives it.

Below the runner stands a warden, below it the probe. When the runner ends, in whatever way, the
warden sees its own standard input end, and clears everything away.
"""

import contextlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evidence.one import MARK
from evidence.probes import Probe, watches_s
from evidence.processes import ProbeError
from evidence.rows import Row

ROOT = Path(__file__).resolve().parents[1]
# What takes longer hangs: a machine may be busy, and an environment may have to be installed.
PATIENCE = 3.0
INSTALLATION_S = 300.0
UNTOLD_S = 900.0


class Interrupted(BaseException):
    """SIGTERM or SIGHUP: as KeyboardInterrupt, nobody catches it by mistake."""


def ask(what: str, one: Probe) -> list[Row]:
    """Ask a probe; its rows. What it prints meanwhile is printed.

    Raises:
        ProbeError: it failed, or it took far longer than it says; the message tells.
    """
    limit_s = (watches_s(one) or UNTOLD_S) * PATIENCE + INSTALLATION_S
    return told_by(["evidence.one", what], limit_s)


def told_by(module: list[str], limit_s: float) -> list[Row]:
    """Run a module, with its arguments, under a warden; the rows that it tells as `one` does.

    Raises:
        ProbeError: it tells why there are none, or nothing.
    """
    told = told_under_warden(module, limit_s)
    if "rows" not in told:
        raise ProbeError(told["failed"])
    return [Row(**row) for row in told["rows"]]


def told_under_warden(module: list[str], limit_s: float) -> dict[str, Any]:
    """What a module tells in the line that begins with MARK; what else it prints is printed.

    Raises:
        ProbeError: it told nothing, or takes longer than `limit_s`.
    """
    told: dict[str, Any] = {}
    with _under_warden([sys.executable, "-m", *module]) as warden:
        overdue = threading.Timer(limit_s, _let_go, [warden])
        overdue.start()
        try:
            for line in warden.stdout or ():
                if line.startswith(MARK):
                    told = json.loads(line.removeprefix(MARK))
                else:
                    print(line, end="", flush=True)
        finally:
            overdue.cancel()
    if not told:
        over = f"it was stopped after {limit_s:.0f} s" if warden.returncode == 130 else ""
        raise ProbeError(over or f"its process ended with code {warden.returncode}, and no rows")
    return told


@contextlib.contextmanager
def _under_warden(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    warden = subprocess.Popen(
        [sys.executable, "-m", "evidence.warden", *command],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C reaches the runner alone
    )
    try:
        yield warden
        warden.wait()
    finally:
        _let_go(warden)
        warden.wait()
        if warden.stdout:
            warden.stdout.close()


def _let_go(warden: subprocess.Popen[str]) -> None:
    if warden.stdin and not warden.stdin.closed:
        warden.stdin.close()


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the `with` by Interrupted, as SIGINT does."""

    def stop(number: int, frame: object) -> None:
        raise Interrupted(signal.Signals(number).name)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
