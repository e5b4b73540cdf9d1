"""A task fails on a connection that others use, too: what comes of them, and what clients do."""

import http.client
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version

import httpx
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from evidence import nginx
from evidence.probes import probe
from evidence.recording import Recording
from evidence.repeating import each, same
from evidence.rows import Finding, Value
from evidence.serving import APPS, PATIENCE_S, SNIPPETS, Served, serving

CLAIM = "keep-alive-connection"
RUNS = 3
BEHIND = "nginx-keepalive"
ONE = httpx.Limits(max_connections=1)
MAIL = "TimeoutError: mail server did not answer"
Ask = Callable[[str, str], int]  # asks with a method for a path; the status of the answer
Make = Callable[[str], Ask]  # makes a client of a server's address


@probe(watches_s=20)
def played_on_one_connection() -> Iterator[Finding]:
    """The snippets of the page, each with one client for both visitors."""
    question = {
        "zh": "安和鲍勃的请求走同一条长连接，安的任务失败（{}.py）：鲍勃的请求怎样了？",
        "en": "Ann and Bob share a connection, Ann's task fails ({}.py): what of Bob's request?",
    }
    for variant in ("wrong", "right"):
        with serving("uvicorn", SNIPPETS / "keep_alive_connection" / f"{variant}.py") as served:
            recording = _recorded(served, variant == "wrong")
            asked = {language: text.format(variant) for language, text in question.items()}
            snippet_id = f"keep_alive_connection/{variant}"
            yield recording.finding(snippet_id, asked, served.versions)


def _recorded(served: Served, fails: bool) -> Recording:
    told, program = Recording(), served.program
    path = "/register?email=ann@example.com"
    with (
        httpx.Client(base_url=served.url, limits=ONE, timeout=PATIENCE_S) as client,
        ThreadPoolExecutor(1) as other,
    ):
        told.begin(client)
        told.note("request.sent", "ann", text=f"POST {path}")
        told.answered("ann", client.post(path))
        told.said(program, "sending to ann@example.com", "started", "send_email")
        time.sleep(max(0, 1 - told.now_s))  # no state to wait for: the middle of the task
        told.note("request.sent", "bob", text="POST /order")
        asked = other.submit(client.post, "/order")
        program.says(MAIL)
        if fails:
            told.note("task.failed", "ann", "send_email", MAIL)
            told.note("log", "bob", text=_error(asked.exception()))
            told.printed(program, "order placed", "bob")
        else:
            told.note("log", "ann", text=f"ERROR email to ann@example.com not sent ({MAIL})")
            told.note("task.finished", "ann", "send_email")
            told.printed(program, "order placed", "bob")
            told.answered("bob", asked.result())
    return told


def _error(raised: BaseException | None) -> str:
    """An error as a traceback ends with it."""
    kind = type(raised)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return f"{module}{kind.__name__}: {raised}"


def by_httpx(limits: httpx.Limits = ONE, retries: int = 0) -> Make:
    def make(url: str) -> Ask:
        transport = httpx.HTTPTransport(limits=limits, retries=retries)
        client = httpx.Client(base_url=url, timeout=PATIENCE_S, transport=transport)
        return lambda method, path: client.request(method, path).status_code

    return make


def by_requests(retries: Retry | int = 0) -> Make:
    def make(url: str) -> Ask:
        session = requests.Session()
        session.mount("http://", HTTPAdapter(max_retries=retries))
        return lambda method, path: (
            session.request(method, url + path, timeout=PATIENCE_S).status_code
        )

    return make


def by_urllib3(url: str) -> Ask:
    pool = urllib3.PoolManager(timeout=PATIENCE_S)
    return lambda method, path: pool.request(method, url + path).status


def by_http_client(url: str) -> Ask:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE_S)

    def ask(method: str, path: str) -> int:
        connection.request(method, path)
        answer = connection.getresponse()
        answer.read()
        return answer.status

    return ask


# A client by its name in row ids: what it is in words, its package, how it is made.
CLIENTS: dict[str, tuple[str, str, Make]] = {
    "httpx": ("httpx.Client()", "httpx", by_httpx()),
    "httpx-retries": ("httpx.HTTPTransport(retries=3)", "httpx", by_httpx(retries=3)),
    "httpx-no-keepalive": (
        "httpx.Limits(max_keepalive_connections=0)",
        "httpx",
        by_httpx(httpx.Limits(max_keepalive_connections=0)),
    ),
    "requests": ("requests.Session()", "requests", by_requests()),
    "requests-retry": ("requests, Retry(3)", "requests", by_requests(Retry(3))),
    "requests-retry-all": (
        "requests, Retry(3, allowed_methods=None)",
        "requests",
        by_requests(Retry(3, allowed_methods=None)),
    ),
    "urllib3": ("urllib3.PoolManager()", "urllib3", by_urllib3),
    "http-client": ("http.client", "", by_http_client),
    BEHIND: ("nginx, keepalive", "", by_httpx()),
}


def _tried(name: str) -> dict[str, Value]:
    """What a client's GET and POST get, and how often each is carried out."""
    with serving("uvicorn", APPS / "lost_answers.py") as served, _way_to(served, name) as seen:
        found = {
            f"{method.lower()}_{key}": value
            for method in ("GET", "POST")
            for key, value in _asked(seen, CLIENTS[name][2](seen.url), method).items()
        }
        if seen.proxy:
            said = re.search(r"upstream [a-z ]+ from upstream", seen.proxy.output)
            found["nginx_said"] = said[0] if said else ""
        return found


def _way_to(served: Served, name: str) -> AbstractContextManager[Served]:
    """The server, or an nginx that keeps its connections to it open."""
    return nginx.in_front(served, nginx.KEEPALIVE) if name == BEHIND else nullcontext(served)


def _asked(seen: Served, ask: Ask, method: str) -> dict[str, Value]:
    ask("GET", "/register")
    error = ""
    try:
        status = ask(method, f"/order?who={method}")
        error = "" if status == 200 else f"status {status}"
    except (httpx.HTTPError, requests.RequestException, urllib3.exceptions.HTTPError) as raised:
        error = _error(raised)
    except (http.client.HTTPException, OSError) as raised:
        error = _error(raised)
    time.sleep(1.5)  # an order that nobody waits for takes 1 s
    carried_out = seen.log.count(f"order of {method} placed")
    logged = seen.log.count(f'"{method} /order')
    return {
        "answered": not error,
        "error": error,
        "carried_out_count": carried_out,
        "access_lines_count": logged,
    }


@probe(watches_s=60, needs=["nginx"])
def lost_answers() -> Iterator[Finding]:
    """A task fails while the next request is under way: what each client makes of it."""
    for name, runs in each(_tried, CLIENTS, RUNS, at_once=4).items():
        words, package, _ = CLIENTS[name]
        question = {
            "zh": f"请求正在执行，uvicorn 关掉了它的连接：{words} 会怎样？",
            "en": f"uvicorn closes the connection under a request: what does {words} do?",
        }
        own = (package,) if package else ()
        found = {one: version(one) for one in ("fastapi", "starlette", "uvicorn", *own)}
        found |= {"nginx": nginx.version()} if name == BEHIND else {}
        yield Finding(f"lost-answer-{name}", CLAIM, question, found, same(runs, name), RUNS)
