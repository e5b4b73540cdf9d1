"""Runs pytest in one folder after another, each time in a fork of one process.

    python tests/snippets/forks.py 60 fastapi sqlalchemy … < jobs

imports these modules once, since that takes longer than most tests. A job is a line of JSON: a
folder, pytest's options, and whether a new Python is to run it, as a reader would. What is printed
is in `<folder>.txt`. What a job has started ends with it. One that takes more than so many seconds
is the last, and `TIMEOUT` its last line.
"""

import importlib
import json
import os
import signal
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path


def main(patience: str, *modules: str) -> None:
    """Import, then do the jobs."""
    sys.path.pop(0)  # this file's folder, which no reader has
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("pytest", *modules):
            with suppress(ImportError):  # the job will say so
                importlib.import_module(name)
    for line in sys.stdin:
        folder, options, is_new = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(_run(folder, options, is_new))
        is_late = not _ends(child, float(patience))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        if is_late:
            os.waitpid(child, 0)
            with Path(f"{folder}.txt").open("a") as printed:
                printed.write("\nTIMEOUT\n")
            return


def _ends(child: int, patience: float) -> bool:
    """Whether a child ends in time."""
    last = time.monotonic() + patience
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > last:
            return False
        time.sleep(0.01)
    return True


def _run(folder: str, options: list[str], is_new: bool) -> int:
    os.setpgid(0, 0)
    output = os.open(f"{folder}.txt", os.O_WRONLY | os.O_CREAT)
    for target, source in {0: os.open(os.devnull, os.O_RDONLY), 1: output, 2: output}.items():
        os.dup2(source, target)
    os.chdir(folder)
    if is_new:
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *options])
    import pytest

    sys.path.insert(0, folder)
    code = int(pytest.main(options))
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    main(*sys.argv[1:])
