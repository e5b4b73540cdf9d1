"""Plays the snippets that need a real Celery or a real kill.

They are the very files of the page; only the broker's address comes from outside.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

from evidence.probes import probe
from evidence.processes import Program, happens, until
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

WEB = ("fastapi", "uvicorn")
_MIDDLE_S = 1  # a training of 3 s is killed one second after it began


def _finding(variant: str, recording: Recording, versions: dict[str, str]) -> Finding:
    snippet_id = f"{SNIPPETS.name}/{variant}"
    return recording.finding(snippet_id, QUESTIONS[row_of(snippet_id)], versions)


@probe(watches_s=90, needs=["redis-server"])
def played() -> Iterator[Finding]:
    """Each measured snippet once."""
    with_celery = celery_versions() | installed(*WEB)
    yield _finding("wrong", _in_web_process(12), installed(*WEB))
    yield _finding("wrong_celery", _in_worker("wrong_celery", 12), with_celery)
    yield _finding("right", _in_worker("right", 30), with_celery)
    yield _finding("right_retry", _retried(), with_celery)


def _in_web_process(until_s: float) -> Recording:
    recording = Recording()
    with workplace(SNIPPETS / "wrong.py") as place:
        with place.web(app="wrong:app") as web:
            recording.ask(web.url, "/train-model")
            _begin_and_kill(recording, web.program, "web")
        with place.web(app="wrong:app") as web:
            recording.note("log", "web", text="restarted")
            _watch(recording, web.program, until_s)
            recording.note("log", "web", text="watched until here")
    return recording


def _in_worker(variant: str, until_s: float) -> Recording:
    recording, app = Recording(), f"{variant}:celery_app"
    with workplace(SNIPPETS / f"{variant}.py") as place, place.web(app=f"{variant}:app") as web:
        with place.worker(app=app) as worker:
            recording.ask(web.url, "/train-model")
            _begin_and_kill(recording, worker, "worker")
        with place.worker(app=app) as worker:
            recording.note("log", "worker", text="restarted")
            _watch(recording, worker, until_s)
            recording.note("log", "redis", text=_kept(place))
    return recording


def _begin_and_kill(recording: Recording, program: Program, who: str) -> None:
    recording.said(program, "churn: training", "started", "train_ml_model")
    time.sleep(_MIDDLE_S)  # no state to wait for: the middle of a task is a matter of time
    program.send(signal.SIGKILL)
    program.ends()
    recording.note("task.failed", "ann", "train_ml_model", "SIGKILL")
    recording.note("log", who, text="SIGKILL")


def _watch(recording: Recording, program: Program, until_s: float) -> None:
    """Note a second training, if one begins before that second of the recording."""
    again = "train_ml_model (2)"
    if happens(lambda: "churn: training" in program.output, until_s - recording.now_s):
        recording.said(program, "churn: training", "started", again)
        recording.said(program, "churn: trained", "finished", again)


def _kept(place: Workplace) -> str:
    """What the broker still holds."""
    waiting, unacknowledged = place.kept()
    return f"{waiting} waiting, {unacknowledged} unacknowledged"


def _retried() -> Recording:
    recording, failed = Recording(), "ConnectionError: mail server is down"
    with ExitStack() as stack:
        place = stack.enter_context(workplace(SNIPPETS / "right_retry.py"))
        worker = stack.enter_context(place.worker(app="right_retry:celery_app"))
        web = stack.enter_context(place.web(app="right_retry:app"))
        recording.ask(web.url, "/pay")
        for attempt in (1, 2):
            name = "send_receipt" if attempt == 1 else f"send_receipt ({attempt})"
            recording.said(worker, f"receipt 7: attempt {attempt}", "started", name)
            until(partial(_retries, worker, attempt), 10, f"retry {attempt}")
            recording.note("task.failed", "ann", name, failed)
        recording.said(worker, "receipt 7: attempt 3", "started", "send_receipt (3)")
        recording.said(worker, "receipt 7: sent", "finished", "send_receipt (3)")
    return recording


def _retries(worker: Program, at_least: int) -> bool:
    return worker.output.count("Retry in") >= at_least
