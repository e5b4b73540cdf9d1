"""The app of the page "graceful-shutdown" on each server: ended in mid-job, and started again."""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from evidence.probes import probe
from evidence.processes import Program, free_port, python_program, until, workshop
from evidence.recording import Recording
from evidence.repeating import agreed, each, seconds
from evidence.rows import Finding, Value, row_of
from evidence.servers.setups import QUESTIONS, SETUPS, Setup
from evidence.servers.signals import sigkill, sigterm
from evidence.serving import PATIENCE_S, SNIPPETS, Served

APP = SNIPPETS / "graceful_shutdown" / "app.py"
PAGE = "graceful-shutdown"
RECEIPT_S = 2.0
LEASE_S = 3.0
GRACE_S = 1.0  # shorter than a receipt
ENOUGH_S = 8.0
RUNS = 2
_DEPLOYED = {"RECEIPT_S": "4", "GRACE_S": "2", "LEASE_S": "30"}


@dataclass(frozen=True)
class Deployed:
    """What became of a receipt: with a grace that suffices, one that does not, and none."""

    finished: bool
    exit_after_s: float
    given_back: bool
    exit_when_cut_off_after_s: float
    sent_after_the_restart: bool
    sent_after_sigkill: bool


def row_in(database: Path) -> tuple[str, float]:
    """The state of the only job, and until when it is held."""
    with closing(sqlite3.connect(database)) as db:
        [(state, held_until)] = db.execute("SELECT state, held_until FROM jobs").fetchall()
    return state, held_until


@contextmanager
def _serving(setup: Setup, database: Path) -> Iterator[Served]:
    os.environ["DATABASE"] = str(database)  # a probe has a process of its own, and here no threads
    with setup.serving(APP, ready="") as served:
        yield served


def ended(setup: Setup, database: Path, grace_s: float, *, killed: bool = False) -> float:
    """End a server in mid-job; in how many seconds it was over."""
    settings = {"GRACE_S": grace_s, "RECEIPT_S": RECEIPT_S, "LEASE_S": LEASE_S}
    os.environ.update({key: str(value) for key, value in settings.items()})
    with _serving(setup, database) as served:
        served.post("/receipts/7")
        began = time.monotonic()
        (sigkill if killed else sigterm)(served.program)
        served.program.ends(PATIENCE_S)
        return time.monotonic() - began


def sent_by_the_next(setup: Setup, database: Path) -> bool:
    """Whether the next process sends what was left, or what is held until its lease ends."""
    with _serving(setup, database):
        until(lambda: row_in(database)[0] == "done", PATIENCE_S, "the receipt of the next process")
    return True


def deployed(setup: Setup) -> Deployed:
    """The three endings, each with a database of its own."""
    with workshop() as folder:
        kept, cut, killed = (folder / f"{name}.db" for name in ("kept", "cut", "killed"))
        exit_after_s = ended(setup, kept, ENOUGH_S)
        cut_off_after_s = ended(setup, cut, GRACE_S)
        given_back = row_in(cut) == ("open", 0)
        ended(setup, killed, ENOUGH_S, killed=True)
        return Deployed(
            row_in(kept)[0] == "done",
            exit_after_s,
            given_back,
            cut_off_after_s,
            sent_by_the_next(setup, cut),
            sent_by_the_next(setup, killed),
        )


@probe(watches_s=200)
def graceful_shutdown() -> Iterator[Finding]:
    """One after another, since the settings are the environment of this process."""
    for setup, runs in each(deployed, SETUPS, RUNS, at_once=1).items():
        values: dict[str, Value] = {
            "finished_within_the_grace": agreed([one.finished for one in runs]),
            "exit_after_s": seconds([one.exit_after_s for one in runs]),
            "given_back_when_cut_off": agreed([one.given_back for one in runs]),
            "exit_when_cut_off_after_s": seconds([one.exit_when_cut_off_after_s for one in runs]),
            "sent_after_the_restart": agreed([one.sent_after_the_restart for one in runs]),
            "sent_after_sigkill": agreed([one.sent_after_sigkill for one in runs]),
            "task_s": RECEIPT_S,
            "grace_s": GRACE_S,
            "lease_given_s": LEASE_S,
        }
        yield setup.finding("graceful", PAGE, values, RUNS)


@probe(watches_s=30)
def played_graceful_shutdown() -> Iterator[Finding]:
    """A deploy whose grace is shorter than the receipt, as the page draws it."""
    snippet_id = f"{APP.parent.name}/app"
    versions = {name: version(name) for name in ("fastapi", "uvicorn")}
    with workshop() as folder:
        shutil.copy(APP, folder)
        recording = _played(folder)
    yield recording.finding(snippet_id, QUESTIONS[row_of(snippet_id)], versions)


def _played(folder: Path) -> Recording:
    recording, database = Recording(), folder / "jobs.db"
    with _web(folder) as (web, url):
        recording.ask(url, "/receipts/7")
        recording.note("task.started", "ann", "run")
        time.sleep(1)  # no state to wait for: the middle of a job is a matter of time
        recording.note("log", "platform", text="SIGTERM")
        sigterm(web)
        recording.said(web, "receipt 7: cut off, given back", "cancelled", "run")
        web.ends()
        recording.note("log", "platform", text="stopped")
    with _web(folder):
        recording.note("log", "platform", text="restarted")
        recording.note("task.started", "ann", "run (2)")
        until(lambda: row_in(database)[0] == "done", PATIENCE_S, "the receipt")
        recording.note("task.finished", "ann", "run (2)")
    return recording


@contextmanager
def _web(folder: Path) -> Iterator[tuple[Program, str]]:
    """The project's own uvicorn, once it runs; its database lies in the folder."""
    command = ["-m", "uvicorn", "app:app", "--port", str(port := free_port())]
    with python_program(command, folder, None, **_DEPLOYED) as web:
        web.says("Uvicorn running on")
        yield web, f"http://127.0.0.1:{port}"
