"""A runner with one small real probe: `python -m tests.evidence.lasting HOW FOLDER`.

The probe starts a program with a child, in two threads, and one in a session of its own that
outlives its parent, as daemons do. Then it `waits`, `fails`, `dies` or `ends`, as HOW says.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from evidence import runner
from evidence.asking import told_by
from evidence.one import tell
from evidence.processes import ProbeError, python_program, workshop
from evidence.rows import Finding
from evidence.session import Session

SLEEP = "import time; time.sleep(600)"
CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]"
LOCK = "import multiprocessing as m; lock = m.get_context('spawn').Lock()"
PARENT = f"{LOCK}; {CHILD}); print('started', lock._semlock.name); {SLEEP}"
DAEMON = f"{CHILD}, start_new_session=True); print('started')"
LIMIT_S = 60.0


def lasting(how: str) -> Iterator[Finding]:
    with workshop() as folder, ThreadPoolExecutor() as pool:
        with python_program(["-c", DAEMON], folder) as daemon:
            daemon.ends()  # what it has started has no parent any more by which to find it
        running = [pool.submit(_run, folder, how) for _ in range(2)]
        for one in running:
            one.result()
    question = {"zh": "还剩什么？", "en": "What is left?"}
    yield Finding("lasting", "my-page", question, {"python": "3.11"}, {"left": False})


def _run(folder: Path, how: str) -> None:
    with python_program(["-c", PARENT], folder) as program:
        program.says("started")
        print(f"all are {program.output.strip()}", flush=True)
        if how == "fails":
            raise ProbeError("the server did not start")
        if how == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(600 if how == "waits" else 0)


def main(how: str, folder: Path) -> int:
    """Run the probe as `make evidence` would; results and session lie in the folder."""
    vars(runner)["FOLDER"] = folder
    session = Session.of(["part/lasting"], folder=folder)
    module = ["tests.evidence.lasting", "probe", how]
    worked = runner.measure(
        {"part/lasting": lambda: lasting(how)}, session, lambda *_: told_by(module, LIMIT_S)
    )
    return 0 if worked else 1


if __name__ == "__main__":
    if sys.argv[1] == "probe":
        tell("part/lasting", lambda: lasting(sys.argv[2]))
    else:
        sys.exit(main(sys.argv[1], Path(sys.argv[2])))
