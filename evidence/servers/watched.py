"""A client watches a job: another worker is asked, its process is killed, nginx is in between."""

import http.client
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import httpx

from evidence import nginx
from evidence.probes import probe
from evidence.processes import ProbeError, happens, until, workshop
from evidence.repeating import each, repeat, same, seconds
from evidence.rows import Finding, Value
from evidence.serving import PATIENCE_S, SNIPPETS, Served, serving

STATUS = SNIPPETS / "status_progress_cancel" / "app.py"
EVENTS = SNIPPETS / "sse_progress" / "app.py"
RUNS = 3
ASKED = 40
JOB_S = 5.0
SILENCE_LIMIT_S = 2.0
WATCHED_S = 10.0
# Where the state of a job is kept: the app, how a job is started, and where its state is asked.
KEPT: dict[str, tuple[Path, str, str]] = {
    "memory": (SNIPPETS / "response_immutable" / "wrong_polling.py", "/jobs/7", "/jobs/7"),
    "database": (STATUS, "/exports", "/jobs/1"),
}
# How nginx treats the header that tells it to hold nothing back.
HEADER = {"heeded": nginx.PLAIN, "ignored": "proxy_ignore_headers X-Accel-Buffering;"}


def _versions(served: Served) -> dict[str, str]:
    return served.versions | {one: version(one) for one in ("sqlalchemy", "aiosqlite")}


def _status(served: Served, path: str) -> int:
    """The status of an answer on a connection of its own, so that any worker may take it."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE_S)
    connection.request("GET", path)
    found = connection.getresponse().status
    connection.close()
    return found


def _not_found(name: str) -> tuple[int, dict[str, str]]:
    app, start, status = KEPT[name]
    with serving("uvicorn", app, "--workers", "2") as served:
        ready = "Application startup complete"
        until(lambda: served.log.count(ready) == 2, PATIENCE_S, f"two workers of {served.program}")
        served.post(start)
        asked = [_status(served, status) for _ in range(ASKED)]
        return asked.count(404), _versions(served)


@probe(watches_s=20)
def status_of_two_workers() -> Iterator[Finding]:
    """How many of the questions about a job one of two workers cannot answer."""
    words = {"memory": ("内存", "memory"), "database": ("数据库", "a database")}
    for name, runs in each(_not_found, KEPT, RUNS, at_once=2).items():
        zh, en = words[name]
        question = {
            "zh": f"uvicorn --workers 2，任务的状态存在{zh}里：问 {ASKED} 次，有几次 404？",
            "en": f"uvicorn --workers 2, a job's state is kept in {en}: how many of {ASKED} "
            "questions get a 404?",
        }
        found: dict[str, Value] = {
            "not_found_count": [count for count, _ in runs],
            "asked_count": ASKED,
        }
        row_id = f"job-status-in-{name}-two-workers"
        yield Finding(row_id, "status-progress-cancel", question, runs[0][1], found, RUNS)


@dataclass(frozen=True)
class Killed:
    """What the worker that lives on says of a job whose process has been killed."""

    before: str
    lost_after_s: float
    changed: bool
    versions: dict[str, str]


def _state(served: Served) -> str:
    return str(httpx.get(f"{served.url}/jobs/1", timeout=PATIENCE_S).json().get("state"))


def _killed() -> Killed:
    with workshop() as shared:
        given = {
            "DATABASE_URL": f"sqlite+aiosqlite:///{shared}/jobs.db",
            "LOST_AFTER_S": str(SILENCE_LIMIT_S),
        }
        with serving("uvicorn", STATUS, **given) as one, serving("uvicorn", STATUS, **given) as two:
            one.post("/exports")
            time.sleep(1)  # no state to wait for: the middle of the job
            before = _state(two)
            one.program.send(signal.SIGKILL)
            took = until(lambda: _state(two) == "lost", PATIENCE_S, f"lost at {two.program}")
            changed = happens(lambda: _state(two) != "lost", WATCHED_S)
            return Killed(before, took, changed, _versions(two))


@probe(watches_s=25)
def killed_process_of_a_job() -> Iterator[Finding]:
    """SIGKILL to the process that runs a job; another one is asked about it."""
    question = {
        "zh": "执行任务的进程被 SIGKILL：另一个进程怎么说这个任务，多久之后？",
        "en": "SIGKILL to the process that runs a job: what does another process say of it, when?",
    }
    runs = repeat(_killed, RUNS, at_once=2)
    found: dict[str, Value] = {
        "state_before": same([one.before for one in runs]),
        "state_then": "lost",
        "lost_after_s": seconds([one.lost_after_s for one in runs]),
        "run_again": same([one.changed for one in runs]),
        "silence_limit_s": SILENCE_LIMIT_S,
        "job_s": JOB_S,
        "watched_s": WATCHED_S,
    }
    claim = "status-progress-cancel"
    yield Finding("job-process-killed", claim, question, runs[0].versions, found, RUNS)


def _first_event(header: str) -> tuple[float, dict[str, str]]:
    """How long after it has asked a client behind nginx has the first event."""
    with serving("uvicorn", EVENTS) as served, nginx.in_front(served, HEADER[header]) as seen:
        seen.post("/exports")
        began = time.monotonic()
        with httpx.stream("GET", f"{seen.url}/exports/1/events", timeout=PATIENCE_S) as answer:
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    return time.monotonic() - began, _versions(seen)
    raise ProbeError(f"the stream ended without an event: {served.program}")


@probe(watches_s=25, needs=["nginx"])
def events_behind_nginx() -> Iterator[Finding]:
    """Whether nginx holds events back, with and without the header that forbids it."""
    words = {
        "heeded": ("按响应头 X-Accel-Buffering: no 行事", "which heeds X-Accel-Buffering: no"),
        "ignored": ("不理会这个响应头", "which ignores X-Accel-Buffering"),
    }
    for name, runs in each(_first_event, HEADER, RUNS, at_once=3).items():
        zh, en = words[name]
        question = {
            "zh": f"SSE 前面是 nginx，{zh}：第一个事件多久才到？",
            "en": f"Server-sent events behind an nginx {en}: when does the first event arrive?",
        }
        found: dict[str, Value] = {
            "first_event_after_s": seconds([took for took, _ in runs]),
            "job_s": JOB_S,
        }
        row_id = f"events-behind-nginx-header-{name}"
        yield Finding(row_id, "sse-progress", question, runs[0][1], found, RUNS)
