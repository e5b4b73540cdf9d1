"""A task fails: what becomes of the next request on its connection."""

from collections.abc import Iterator

import httpx

from evidence.environments import versions
from evidence.probes import probe
from evidence.processes import happens
from evidence.repeating import each, same
from evidence.rows import Finding, Value
from evidence.servers.setups import PROXIES, SETUPS, Setup, named
from evidence.serving import APPS, PATIENCE_S, Served, closes, serving

PAGE = "failure-visibility"
CLAIM = "keep-alive-connection"
RUNS = 3


@probe(watches_s=60)
def error_on_the_connection() -> Iterator[Finding]:
    """A task fails while the next request of the same connection is under way."""
    uvicorns = [("uvicorn", "", "uvicorn-h11"), ("uvicorn", "servers", "uvicorn-httptools")]
    others = [("hypercorn", "servers", "hypercorn"), ("granian", "servers", "granian")]
    for server, where, name in uvicorns + others:
        with serving(server, APPS / "failing_task.py", where=where) as served:
            parser = versions(where, ["httptools"]) if name == "uvicorn-httptools" else {}
            found = served.versions | parser
            question = {
                "zh": f"任务失败时，同一个长连接上的下一个请求还有回应吗（{name}）？",
                "en": f"A task fails: is the next request on its connection answered ({name})?",
            }
            yield Finding(
                f"error-on-the-connection-{name}", PAGE, question, found, next_request(served)
            )


def next_request(served: Served) -> dict[str, Value]:
    """What a client sees whose next request is under way when the task fails."""
    one = httpx.Limits(max_connections=1)
    error, answered = "", False
    with httpx.Client(base_url=served.url, limits=one, timeout=PATIENCE_S) as client:
        client.post("/register")
        try:
            answer = client.post("/order")
            answered = answer.is_success
            error = "" if answered else f"{answer.status_code} {answer.reason_phrase}"
        except (httpx.NetworkError, httpx.ProtocolError) as raised:  # a timeout is no answer
            error = f"httpx.{type(raised).__name__}: {raised}"
        placed = happens(lambda: "order is placed" in served.log, 5)
        later = client.post("/order").is_success
    return {
        "next_request_answered": answered,
        "next_request_was_carried_out": placed,
        "client_error": error,
        "later_request_answered": later,
        "idle_connection_closed": _closes_after(served, "/register"),
        "closed_when_the_task_catches_its_error": _closes_after(served, "/register-safely"),
    }


def _closes_after(served: Served, path: str) -> bool:
    connection = served.connect()
    connection.request("POST", path)
    connection.getresponse().read()
    return closes(connection, 1.5)  # gunicorn closes an idle one after 2 s, whatever the task does


def _behind(front: tuple[Setup, str]) -> dict[str, Value]:
    setup, proxy = front
    with setup.serving(APPS / "failing_task.py", proxy=proxy, ready="") as seen:
        return next_request(seen)


@probe(watches_s=80, needs=["nginx"])
def failure_on_the_connection() -> Iterator[Finding]:
    """A failing task and the next request: gunicorn, and all servers behind nginx."""
    fronts = [(named("gunicorn"), "")] + [(one, proxy) for one in SETUPS for proxy in PROXIES]
    for (setup, proxy), runs in each(_behind, fronts, RUNS, at_once=6).items():
        values = same(runs, f"{setup.name} {proxy}")
        yield setup.finding("error-on-the-connection", CLAIM, values, RUNS, proxy=proxy)
