"""Plays the snippets of the page "shutdown-and-loss": a deploy in the middle of a task."""

import contextlib
import shutil
import signal
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from evidence.probes import probe
from evidence.processes import Program, free_port, happens, python_program, workshop
from evidence.recording import Recording
from evidence.rows import Finding, row_of
from evidence.servers.setups import QUESTIONS
from evidence.servers.signals import GRACE_S, sigterm
from evidence.serving import SNIPPETS

HERE = SNIPPETS / "shutdown_and_loss"
_MIDDLE_S = 1  # into a task of 4 s, which the grace does not suffice for
_WATCHED_S = 5.0


@contextlib.contextmanager
def _web(variant: str, folder: Path) -> Iterator[tuple[Program, str]]:
    """The project's own uvicorn; where it runs, the snippet keeps its database."""
    port = free_port()
    with python_program(["-m", "uvicorn", f"{variant}:app", "--port", str(port)], folder) as web:
        web.says("Uvicorn running on")
        yield web, f"http://127.0.0.1:{port}"


def _deployed(variant: str) -> Recording:
    """SIGTERM in mid-task, SIGKILL when the grace is over, and the next process."""
    recording = Recording()
    with workshop() as folder:
        shutil.copy(HERE / f"{variant}.py", folder)
        with _web(variant, folder) as (web, url):
            recording.ask(url, "/orders/7")
            recording.said(web, "receipt 7: sending", "started", "send_receipt")
            time.sleep(_MIDDLE_S)  # no state to wait for: the middle of a task is a matter of time
            recording.note("log", "platform", text="SIGTERM")
            sigterm(web)
            time.sleep(GRACE_S)
            web.send(signal.SIGKILL)
            web.ends()
            recording.note("task.failed", "ann", "send_receipt", "SIGKILL")
            recording.note("log", "platform", text="SIGKILL")
        with _web(variant, folder) as (web, _):
            recording.note("log", "platform", text="restarted")
            _watch(recording, web)
    return recording


def _watch(recording: Recording, web: Program) -> None:
    """Note what the new process takes up again."""
    again = "send_receipt (2)"
    if happens(lambda: "receipt 7: sending" in web.output, _WATCHED_S):
        recording.said(web, "receipt 7: sending", "started", again)
        recording.said(web, "receipt 7: sent", "finished", again)
    recording.note("log", "platform", text="watched until here")


@probe(watches_s=35)
def deployed() -> Iterator[Finding]:
    """Each snippet once."""
    versions = {name: version(name) for name in ("fastapi", "uvicorn")}
    for variant in ("wrong", "right"):
        snippet_id = f"{HERE.name}/{variant}"
        question = QUESTIONS[row_of(snippet_id)]
        yield _deployed(variant).finding(snippet_id, question, versions)
