"""Whatever ends the runner or its probe: no process and no folder of it is left."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evidence import shared_memory
from evidence.processes import python_program, until
from evidence.rows import load
from tests.evidence.lasting import LOCK, SLEEP

NAME = "LASTING_PROBE"  # in the environment of all that the runner starts
LONGEST_S = 90  # on a machine that has much else to do
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(how: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A runner whose programs are all up, or which is over."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.evidence.lasting", how, str(folder)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder), NAME: folder.name},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
        # A shell hides SIGINT from what it runs in the background, such as these tests.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as runner:
        try:
            assert runner.stdout
            for line in runner.stdout:
                if "all are started" in line:
                    (folder / "semaphore").write_text(line.split()[-1].replace("/", "sem."))
                    break
            yield runner
        finally:
            runner.kill()


def left(folder: Path) -> list[str]:
    """The processes that the runner has started, the folders, and the semaphore."""
    found = [str(path) for path in folder.glob("evidence-*")]
    semaphore = shared_memory.FOLDER / (folder / "semaphore").read_text("utf-8")
    found += [str(semaphore)] if semaphore.exists() else []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"{NAME}={folder.name}".encode() in (process / "environ").read_bytes()
            command = (process / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if mine and command:  # a zombie has none
            found.append(command)
    return found


def test_a_semaphore_is_removed_when_nobody_has_it_any_more(tmp_path: Path) -> None:
    before = shared_memory.names()
    with python_program(
        ["-c", f"{LOCK}; print('made', lock._semlock.name); {SLEEP}"], tmp_path
    ) as program:
        program.says("made")
        semaphore = shared_memory.FOLDER / program.output.split()[-1].replace("/", "sem.")
        shared_memory.remove_orphans(before)
        assert semaphore.exists()
    assert semaphore.exists()
    shared_memory.remove_orphans(before)
    assert not semaphore.exists()


def test_a_segment_of_system_v_is_removed_when_nobody_has_it_any_more(tmp_path: Path) -> None:
    before = shared_memory.segments()
    made = "import ctypes; print('made', ctypes.CDLL(None).shmget(0, 4096, 0o1600))"
    with python_program(["-c", f"{made}; {SLEEP}"], tmp_path) as program:
        program.says("made")
        segment = int(program.output.split()[-1])
        shared_memory.remove_orphaned_segments(before)
        assert segment in shared_memory.segments()
    assert segment in shared_memory.segments()
    shared_memory.remove_orphaned_segments(before)
    assert segment not in shared_memory.segments()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_a_runner_that_is_ended(number: signal.Signals, tmp_path: Path) -> None:
    with running("waits", tmp_path) as runner:
        until(lambda: len(left(tmp_path)) >= 10, LONGEST_S, "programs, a folder, a semaphore")
        os.killpg(runner.pid, number)  # as a terminal does
        runner.wait(LONGEST_S)
        until(lambda: not left(tmp_path), LONGEST_S, f"nothing is left: {left(tmp_path)}")
    assert not list(tmp_path.glob("*.json"))


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("fails", "failed: the server did not start"),
        ("dies", "its process ended with code 137, and no rows"),
    ],
)
def test_nothing_is_left_of_a_probe_that_fails(how: str, told: str, tmp_path: Path) -> None:
    with running(how, tmp_path) as runner:
        assert told in runner.communicate(timeout=LONGEST_S)[0]
        assert runner.returncode == 1
        assert not left(tmp_path)
    assert not (tmp_path / "part.json").exists()


def test_what_a_probe_leaves_running_is_told_and_ended(tmp_path: Path) -> None:
    with running("ends", tmp_path) as runner:
        printed = runner.communicate(timeout=LONGEST_S)[0]
        assert "left running: " in printed
        assert "time.sleep(600)" in printed
        assert runner.returncode == 0
        assert not left(tmp_path)
    assert [row.id for row in load(tmp_path / "part.json")] == ["lasting"]
