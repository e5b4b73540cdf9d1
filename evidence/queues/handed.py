"""Plays the patterns that hand work to a queue: the worker is killed in mid-job, and restarted.

They are the very files that a reader downloads; the broker's address and a short job limit come
from outside. Nothing else is set, so what brings the job back is what the page promises.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from evidence import redis_server
from evidence.probes import probe
from evidence.processes import Program, free_port, happens
from evidence.queues.tools import (
    QUESTIONS,
    SNIPPETS,
    Workplace,
    celery_versions,
    installed,
    workplace,
)
from evidence.recording import Recording
from evidence.rows import Finding, row_of

_JOB_S = 5  # a mail takes 3 s; Celery's visibility timeout is twice the limit
_MIDDLE_S = 1


@dataclass(frozen=True)
class _Handed:
    """A pattern's folder, the worker command of its story, and what its worker says when ready."""

    pattern: str
    worker: str
    ready: str
    watched_s: float

    def play(self) -> Recording:
        """Ann orders, the worker is killed while it mails, another starts, and Bob asks."""
        recording = Recording()
        with workplace(SNIPPETS.parent / self.pattern / "app.py") as place:
            port = free_port()
            with (
                _program(place, f"uvicorn app:app --port {port}", "Uvicorn running on"),
                httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
            ):
                with _program(place, self.worker, self.ready) as worker:
                    recording.begin(client)
                    body = {"email": "ann@example.com"}
                    recording.visit(client, "ann", "PUT", "/orders/7", body)
                    recording.said(worker, "order 7: mailing", "started", "send_receipt")
                    time.sleep(_MIDDLE_S)  # the middle of a job is a matter of time
                    worker.kill_all()
                    recording.note("task.failed", "ann", "send_receipt", "SIGKILL")
                with _program(place, self.worker, self.ready) as worker:
                    recording.note("log", "worker", text="restarted")
                    self._watch(recording, worker)
                recording.visit(client, "bob", "GET", "/orders/7")
        return recording

    def _watch(self, recording: Recording, worker: Program) -> None:
        again = "send_receipt (2)"
        if happens(lambda: "order 7: mailing" in worker.output, self.watched_s):
            recording.said(worker, "order 7: mailing", "started", again)
            recording.said(worker, "order 7: mailed", "finished", again)
            time.sleep(_MIDDLE_S)  # until the outcome is in the database
        else:
            recording.note("log", "worker", text="watched until here")

    def finding(self, versions: dict[str, str]) -> Finding:
        """The row from which the page's timeline is drawn."""
        snippet_id = f"{self.pattern}/app"
        asked = QUESTIONS[row_of(snippet_id)]
        return self.play().finding(snippet_id, asked, versions | installed("fastapi", "uvicorn"))


@contextmanager
def _program(place: Workplace, command: str, ready: str) -> Iterator[Program]:
    url = place.broker
    told = {"CELERY_BROKER_URL": url, "RQ_REDIS_URL": url, "JOB_S": str(_JOB_S)}
    with Program([sys.executable, "-m", *command.split()], place.folder, told) as program:
        program.says(ready)
        yield program


@probe(watches_s=60, needs=["redis-server"])
def handed_to_celery() -> Iterator[Finding]:
    """The app of the page "hand-off-to-celery", with its worker command."""
    worker = "celery -A app:celery_app worker -l INFO"
    yield _Handed("hand_off_to_celery", worker, " ready.", 40).finding(celery_versions())


@probe(watches_s=200, needs=["redis-server"])
def handed_to_rq() -> Iterator[Finding]:
    """The app of the page "hand-off-to-rq", with its worker command."""
    options = "--with-scheduler --worker-ttl 30 --maintenance-interval 5"
    worker = f"rq.cli worker receipts {options}"
    versions = installed("rq", "redis") | {"redis-server": redis_server.version()}
    yield _Handed("hand_off_to_rq", worker, "Listening on", 170).finding(versions)
