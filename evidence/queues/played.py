"""Plays the snippets that need a real Celery or a real kill, and records what happens.

The snippets are the very files of the pages; only the broker's address comes from outside.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
from redis import Redis as Client

from evidence.probes import probe
from evidence.processes import ProbeError, Program, until
from evidence.queues.tools import (
    CLAIM,
    SNIPPETS,
    Web,
    Workplace,
    celery_versions,
    installed,
    workplace,
)
from evidence.rows import Finding
from recorder.timeline import FORMAT

_MIDDLE_S = 1  # a job of 3 s is killed one second after it began
WEB = ("fastapi", "uvicorn")


class _Recording:
    """Notes what happens, in seconds since the request was sent, to 0.1 s."""

    def __init__(self) -> None:
        self._began = 0.0
        self.events: list[dict[str, Any]] = []
        self.responses: list[dict[str, Any]] = []
        self.printed = ""

    def note(self, kind: str, visitor: str, name: str = "", text: str = "") -> None:
        at = round(time.monotonic() - self._began, 1)
        event = {"at": at, "kind": kind, "visitor": visitor, "name": name, "text": text}
        self.events.append(event)

    def ask(self, web: Web, path: str) -> None:
        with httpx.Client(base_url=web.url, timeout=30) as client:
            client.get("/openapi.json")  # what a first request costs is not what is shown
            self._began = time.monotonic()
            self.note("request.sent", "ann", text=f"POST {path}")
            answer = client.post(path)
            self.note("response.finished", "ann", text=str(answer.status_code))
        headers = [["content-type", answer.headers["content-type"]]]
        self.responses.append(
            {
                "visitor": "ann",
                "status": answer.status_code,
                "headers": headers,
                "body": answer.text,
            }
        )

    def job(self, program: Program, words: str, kind: str, name: str) -> None:
        """Wait until the job prints something; note that it has begun or ended."""
        program.says(words)
        self.note(f"task.{kind}", "ann", name)
        self.printed += f"{words}\n"

    def row(self, variant: str, question: dict[str, str], versions: dict[str, str]) -> Finding:
        kept = {
            "format": FORMAT,
            "events": self.events,
            "responses": self.responses,
            "printed": self.printed,
        }
        name = f"measured-{CLAIM}-{variant.replace('_', '-')}"
        return Finding(name, CLAIM, question, versions, {"recording": kept})


@probe
def played() -> Iterator[Finding]:
    """Each measured snippet once."""
    worker = celery_versions() | installed(*WEB)
    yield _in_web_process().row(
        "wrong",
        {
            "zh": "wrong.py：训练到一半，Web 进程被 SIGKILL，随即重启",
            "en": "wrong.py: SIGKILL to the web process in mid-training, restarted at once",
        },
        installed(*WEB),
    )
    for variant, watched_s in (("wrong_celery", 12.0), ("right", 30.0)):
        yield _in_worker(variant, watched_s).row(
            variant,
            {
                "zh": f"{variant}.py：训练到一半，Celery worker 被 SIGKILL，随即重启",
                "en": f"{variant}.py: SIGKILL to the Celery worker in mid-training, restarted",
            },
            worker,
        )
    yield _retried().row(
        "right_retry",
        {
            "zh": "right_retry.py：前两次尝试出错",
            "en": "right_retry.py: the first two attempts fail",
        },
        worker,
    )


def _in_web_process() -> _Recording:
    recording, watched_s = _Recording(), 12.0
    with workplace(SNIPPETS / "wrong.py") as place:
        with place.web(app="wrong:app") as web:
            recording.ask(web, "/train-model")
            recording.job(web.program, "churn: training", "started", "train_ml_model")
            time.sleep(_MIDDLE_S)
            _kill(recording, web.program, "web")
        with place.web(app="wrong:app") as web:
            recording.note("log", "web", text="restarted")
            _watch(recording, web.program, watched_s)
            recording.note("log", "web", text="watched until here")
    return recording


def _kill(recording: _Recording, program: Program, who: str) -> None:
    program.send(signal.SIGKILL)
    program.ends()
    recording.note("task.failed", "ann", "train_ml_model", "SIGKILL")
    recording.note("log", who, text="SIGKILL")


def _watch(recording: _Recording, program: Program, watched_s: float) -> None:
    """Note a second training, if there is one within some seconds of the first request's."""
    again = "train_ml_model (2)"
    left_s = watched_s - recording.events[-1]["at"]
    try:
        until(lambda: "churn: training" in program.output, left_s, "a second training")
    except ProbeError:
        return
    recording.job(program, "churn: training", "started", again)
    recording.job(program, "churn: trained", "finished", again)


def _in_worker(variant: str, watched_s: float) -> _Recording:
    recording, app = _Recording(), f"{variant}:celery_app"
    with workplace(SNIPPETS / f"{variant}.py") as place, place.web(app=f"{variant}:app") as web:
        with place.worker(app=app) as worker:
            recording.ask(web, "/train-model")
            recording.job(worker, "churn: training", "started", "train_ml_model")
            time.sleep(_MIDDLE_S)
            _kill(recording, worker, "worker")
        with place.worker(app=app) as worker:
            recording.note("log", "worker", text="restarted")
            _watch(recording, worker, watched_s)
            recording.note("log", "redis", text=_kept(place))
    return recording


def _kept(place: Workplace) -> str:
    """What the broker still holds."""
    with Client.from_url(place.broker) as client:
        return f"{client.llen('celery')} waiting, {client.hlen('unacked')} unacknowledged"


def _retried() -> _Recording:
    recording = _Recording()
    with ExitStack() as stack:
        place = stack.enter_context(workplace(SNIPPETS / "right_retry.py"))
        worker = stack.enter_context(place.worker(app="right_retry:celery_app"))
        web = stack.enter_context(place.web(app="right_retry:app"))
        recording.ask(web, "/pay")
        for attempt, name in enumerate(("send_receipt", "send_receipt (2)", "send_receipt (3)"), 1):
            recording.job(worker, f"receipt 7: attempt {attempt}", "started", name)
            if attempt < 3:
                failed = "ConnectionError: mail server is down"
                until(lambda n=attempt: worker.output.count("Retry in") == n, 10, "a retry")  # type: ignore[misc]
                recording.note("task.failed", "ann", name, failed)
        recording.job(worker, "receipt 7: sent", "finished", "send_receipt (3)")
    return recording
