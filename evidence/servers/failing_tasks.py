"""A background task fails: the page "failure-visibility"."""

import re
import signal
import time
from collections.abc import Iterator
from functools import partial

import httpx

from evidence.probes import probe
from evidence.processes import happens, until
from evidence.queues.tools import repeat, same, seconds
from evidence.rows import Finding, Value
from evidence.serving import APPS, SNIPPETS, Served, serving

PAGE = "failure-visibility"
HERE = SNIPPETS / "failure_visibility"
REGISTER = "/register?email=ann@example.com"
# Each server with the environment that it is in; "" is the project's own.
SERVERS = {"uvicorn": "", "hypercorn": "servers", "granian": "servers"}
STARLETTES = ["starlette-0_28_0", "starlette-0_29_0", "starlette-0_45_3", "starlette-0_46_0", ""]
FASTAPIS = ["fastapi-0_117_1", "fastapi-0_118_0", ""]
ERROR = re.compile(r"^.*?(\[ERROR\] .*|ERROR: .*)$", re.M)
ACCESS = re.compile(r'"POST /register[^"]*" 200(?: OK)?')


def _post(served: Served, path: str) -> httpx.Response:
    return httpx.post(f"{served.url}{path}")


def _id(name: str, environment: str) -> str:
    return f"{name}-{environment.replace('_', '-') or 'today'}"


@probe(watches_s=30)
def error_in_the_log() -> Iterator[Finding]:
    """The page's first example, 3 s long, on each server."""
    for server, where in SERVERS.items():
        runs = repeat(partial(_logged, server, where), 3, at_once=3)
        question = {
            "zh": f"任务失败时，{server} 的日志里有什么？",
            "en": f"A task fails: what does {server} log?",
        }
        result = same([answer for answer, _, _ in runs]) | {
            "error_logged_after_s": seconds([after_s for _, after_s, _ in runs])
        }
        yield Finding(f"error-in-the-log-{server}", PAGE, question, runs[0][2], result, len(runs))


def _logged(server: str, where: str) -> tuple[dict[str, Value], float, dict[str, str]]:
    """What is logged, how many seconds after the answer, and by which versions."""
    with serving(server, HERE / "wrong.py", where=where) as served:
        status = _post(served, REGISTER).status_code
        answered = time.monotonic()
        at_once = happens(lambda: ACCESS.search(served.log), 1)
        until(lambda: "\nTimeoutError" in served.log, 10, "the error in the log")
        after_s = time.monotonic() - answered
        told = _told(served.log) | {"status": status, "access_line_within_1_s": at_once}
        return told, after_s, served.versions


def _told(log: str) -> dict[str, Value]:
    access, error = ACCESS.search(log), ERROR.search(log)
    assert access
    assert error
    traceback = log[error.end() :]
    return {
        "access_line": access[0],
        "error_line": error[1],
        "access_line_first": access.start() < error.start(),
        "traceback": "Traceback (most recent call last):" in traceback,
        "traceback_names_the_address": "ann@example.com" in traceback,
        "last_line": log.rstrip().splitlines()[-1].rstrip(": "),
    }


@probe(watches_s=60)
def http_middleware() -> Iterator[Finding]:
    """Behind BaseHTTPMiddleware, on Starlettes before, while and after it lost errors.

    The client stays: Starlette 0.28 loses the error of one that has left before the task fails.
    """
    for where in STARLETTES:
        app = APPS / "http_middleware.py"
        with serving("uvicorn", app, where=where) as served, httpx.Client() as client:
            status = client.post(f"{served.url}/register").status_code
            until(lambda: "send_email fails now" in served.log, 10, "the failure of the task")
            logged = happens(lambda: "TimeoutError: mail server" in served.log, 3)
            starlette = served.versions["starlette"]
            question = {
                "zh": f"经过 BaseHTTPMiddleware，任务的错误有日志吗（Starlette {starlette}）？",
                "en": f"Behind BaseHTTPMiddleware: is it logged (Starlette {starlette})?",
            }
            result: dict[str, Value] = {"status": status, "error_logged": logged, "watched_s": 3}
            row_id = _id("http-middleware", where)
            yield Finding(row_id, PAGE, question, served.versions, result)


@probe(watches_s=15)
def caught_handled_exception() -> Iterator[Finding]:
    """The task raises what a handler is registered for."""
    with serving("uvicorn", HERE / "wrong_alert.py") as served:
        status = _post(served, REGISTER).status_code
        until(lambda: "RuntimeError" in served.log, 10, "the RuntimeError in the log")
        log = served.log
    question = {
        "zh": "为 TimeoutError 注册了处理器，任务抛出 TimeoutError 时日志里有什么？",
        "en": "A task raises a TimeoutError, which has a handler: what is logged?",
    }
    result: dict[str, Value] = {
        "status": status,
        "handler_ran": "alert:" in log,
        "last_line": log.rstrip().splitlines()[-1],
        "real_error_is_above_it": "\nTimeoutError\n" in log,
    }
    yield Finding("caught-handled-exception", PAGE, question, served.versions, result)


@probe(watches_s=15)
def cut_off_by_shutdown() -> Iterator[Finding]:
    """A shutdown with a time limit cuts off two tasks that differ in their decorator."""
    app = APPS / "decorated_tasks.py"
    with serving("uvicorn", app, "--timeout-graceful-shutdown", "1") as served:
        for path in ("/wrong", "/right"):
            _post(served, path)
        served.program.send(signal.SIGTERM)
        served.program.ends()
        log = served.log
    question = {
        "zh": "停机超时，任务被取消：两种装饰器各记下什么？",
        "en": "A shutdown runs out of time and cancels tasks: what does each decorator log?",
    }
    result: dict[str, Value] = {
        "except_exception_logged": "background task failed: wrongly_decorated" in log,
        "except_baseexception_logged": "background task failed: rightly_decorated" in log,
        "uvicorn_logged": "ERROR:    Exception in ASGI application" in log,
        "timeout_graceful_shutdown_s": 1,
    }
    yield Finding("cut-off-by-shutdown", PAGE, question, served.versions, result)


@probe(watches_s=30)
def rollback() -> Iterator[Finding]:
    """A task fails, and with it what a yield dependency was to commit."""
    for where in FASTAPIS:
        with serving("uvicorn", HERE / "wrong_rollback.py", where=where) as served:
            status = _post(served, REGISTER).status_code
            until(lambda: "TimeoutError" in served.log, 10, "the failure of the task")
            users = httpx.get(f"{served.url}/users").json()
        fastapi = served.versions["fastapi"]
        question = {
            "zh": f"任务失败后，已答复的注册还在吗（FastAPI {fastapi}）？",
            "en": f"A task fails: is the confirmed registration kept (FastAPI {fastapi})?",
        }
        result: dict[str, Value] = {"status": status, "users_saved": len(users)}
        yield Finding(_id("rollback", where), PAGE, question, served.versions, result)
