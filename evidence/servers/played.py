"""Plays the snippets that need a real server: the pages "worker-timeout" and "cpu-bound".

They are the very files of the pages.
"""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from evidence.probes import probe
from evidence.processes import until
from evidence.recording import Recording
from evidence.rows import Finding, Value, row_of
from evidence.servers.setups import QUESTIONS, named
from evidence.serving import PATIENCE_S, SNIPPETS, Served

GUNICORN = named("gunicorn")
UVICORN = named("uvicorn-httptools")
TIMEOUT_S = 3
BOOTING = "Booting worker"
KILLED = re.compile(r"(\[\w+\] Worker \(pid:)\d+(\) was sent \w+![^\n]*)")


@probe(watches_s=40)
def played_timeouts() -> Iterator[Finding]:
    """A report of 7 s and an export of 5 s under gunicorn --timeout 3."""
    for variant in ("wrong", "right"):
        snippet_id = f"worker_timeout/{variant}"
        with GUNICORN.serving(_path(snippet_id), "--timeout", str(TIMEOUT_S), ready="") as served:
            recording = _timed_out(served)
            yield _finding(snippet_id, recording, GUNICORN.versions)
            if variant == "wrong":
                yield GUNICORN.finding("timeout-log", "worker-timeout", _told(served.log))


def _timed_out(served: Served) -> Recording:
    recording = Recording()
    with httpx.Client(base_url=served.url, timeout=60) as client, ThreadPoolExecutor(1) as pool:
        recording.begin(client)
        bob = pool.submit(recording.visit, client, "bob", "GET", "/export")
        time.sleep(0.5)  # no state to wait for: his export is under way
        recording.visit(client, "ann", "POST", "/reports")
        recording.said(served.program, "sales: started", "started", "build_report")
        ends = ("sales: done", "WORKER TIMEOUT")
        until(lambda: any(end in served.log for end in ends), PATIENCE_S, "the report's end")
        if ends[1] in served.log:
            recording.note("log", "gunicorn", text=ends[1])
            recording.note("task.failed", "ann", "build_report", "killed with its process")
            until(lambda: served.log.count(BOOTING) == 2, PATIENCE_S, "another worker")
            recording.note("log", "gunicorn", text=BOOTING)
        else:
            recording.said(served.program, ends[0], "finished", "build_report")
        bob.result()
    return recording


def _told(log: str) -> dict[str, Value]:
    """What gunicorn says when it kills a worker."""
    found = KILLED.search(log)
    return {
        "critical": "[CRITICAL] WORKER TIMEOUT (pid:" in log,
        "then_says": f"{found[1]}…{found[2]}" if found else "",
        "traceback": "Traceback" in log,
        "names_the_function": "build_report" in log,
    }


@probe(watches_s=40)
def played_computing() -> Iterator[Finding]:
    """A ping beside a report that computes: in a thread, and in another process."""
    for variant in ("wrong", "right"):
        snippet_id = f"cpu_bound/{variant}"
        with UVICORN.serving(_path(snippet_id), ready="") as served:
            yield _finding(snippet_id, _computing(served), UVICORN.versions)


def _computing(served: Served) -> Recording:
    recording = Recording()
    with httpx.Client(base_url=served.url, timeout=60) as client, ThreadPoolExecutor(1) as pool:
        recording.begin(client)
        recording.visit(client, "ann", "POST", "/reports")
        recording.said(served.program, "report: started", "started", "build_report")
        time.sleep(max(0.0, 1 - recording.now_s))  # Bob comes at second 1
        bob = pool.submit(recording.visit, client, "bob", "GET", "/ping")
        until(lambda: re.search(r"report: \d", served.log), PATIENCE_S, "the report's end")
        recording.note("task.finished", "ann", "build_report")
        bob.result()
    return recording


def _path(snippet_id: str) -> Path:
    return SNIPPETS / f"{snippet_id}.py"


def _finding(snippet_id: str, recording: Recording, versions: dict[str, str]) -> Finding:
    return recording.finding(snippet_id, QUESTIONS[row_of(snippet_id)], versions)
