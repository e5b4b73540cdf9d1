"""What a task can still use of its request, on each server and in several releases."""

import re
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

from evidence.environments import versions
from evidence.probes import probe
from evidence.processes import ProbeError, happens, until
from evidence.rows import Finding, Value
from evidence.serving import APPS, PATIENCE_S, SNIPPETS, Served, serving

CLAIM = "request-context"
HERE = SNIPPETS / "request_context"
BODY = b'{"order": 7}'
# The oldest and the newest that are tried, and those round the changes to when uploads are closed.
RELEASES = ("0.95.2", "0.105.0", "0.106.0", "0.117.1", "0.118.0", "0.165.0")
ASKED = ("unread_body", "read_body", "says_gone_body_unread", "says_gone_body_read")
TOO_EARLY = ("body_after_asking",)
BEHIND = ("behind_middleware/unread_body", "behind_middleware/says_gone_body_read")
SERVERS = ("uvicorn", "hypercorn", "granian")
PLACES = ("async_dependency", "def_dependency", "def_yield_dependency", "endpoint")


def answered(connection: HTTPConnection, method: str, path: str, **given: object) -> None:
    """Send a request, and read its answer to the end; the connection stays open.

    Raises:
        ProbeError: the answer is no success.
    """
    connection.request(method, path, **given)  # type: ignore[arg-type]
    answer = connection.getresponse()
    text = answer.read()
    if answer.status >= 300:
        raise ProbeError(f"{method} {path} answered {answer.status}: {text!r}")


def told(served: Served, what: str, times: int = 1) -> str:
    """What stands behind `what` in a line of the log, once it has come so many times."""
    line = re.compile(rf"^{re.escape(what)} (.+)$", re.M)
    until(lambda: len(line.findall(served.log)) >= times, PATIENCE_S, f"{what} in {served.log}")
    return str(line.findall(served.log)[times - 1])


def asked(server: str, where: str) -> dict[str, Value]:
    """What the request says to a task, while its client is connected and waits."""
    found: dict[str, Value] = {}
    with serving(server, APPS / "asking_the_request.py", where=where) as served:
        for what in ASKED + TOO_EARLY + BEHIND:
            connection = served.connect()
            answered(connection, "POST", f"/{what}", body=BODY)
            found |= said(what.replace("/", "_"), told(served, f"/{what}"))
            connection.close()
    return found


def said(what: str, text: str) -> dict[str, Value]:
    """An answer as values of a row: whether the client is gone, or what became of the body."""
    if text in ("True", "False"):
        return {what: text == "True"}
    readable = text == f"{len(BODY)}_bytes"
    return {f"{what}_readable": readable, **({} if readable else {f"{what}_gives": text})}


def looked_back(server: str, where: str) -> dict[str, Value]:
    """Whether headers, address, client and state are there, three seconds later."""
    with serving(server, HERE / "still_there.py", where=where) as served:
        connection = served.connect()
        headers = {"user-agent": "probe"}
        answered(connection, "GET", "/menu?dish=soup", headers=headers)
        found = [told(served, f"{what}:") for what in ("header", "address", "client", "state")]
    return {"fields_readable": found == ["probe", "/menu soup", "127.0.0.1", "by the window"]}


def variables(server: str, where: str) -> dict[str, Value]:
    """Which context variables a task sees, by the place that set them."""
    found: dict[str, Value] = {}
    with serving(server, HERE / "places.py", where=where) as served:
        connection = served.connect()
        for times, kind in enumerate(("async", "def"), 1):
            answered(connection, "GET", f"/{kind}")
            for place in PLACES:
                name = f"{kind}_endpoint" if place == "endpoint" else place
                found[f"{name}_seen"] = told(served, place, times) == "seen"
    with serving(server, HERE / "reset.py", where=where) as served:
        answered(served.connect(), "POST", "/orders/7/pay", headers={"x-request-id": "a7"})
        told(served, "[-]")
        found["http_middleware_seen_after_reset"] = "receipt" in told(served, "[a7]")
    return found


def upload(where: str) -> dict[str, Value]:
    """Whether a task can read an uploaded file."""
    form = (
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nsoup\r\n--x--\r\n'
    )
    with serving("uvicorn", APPS / "reading_an_upload.py", where=where) as served:
        kind = {"content-type": "multipart/form-data; boundary=x"}
        answered(served.connect(), "POST", "/", body=form.encode(), headers=kind)
        found = told(served, "upload")
    readable = found == "soup"
    return {"upload_readable": readable, **({} if readable else {"upload_gives": found})}


@probe(watches_s=90)
def on_each_server() -> Iterator[Finding]:
    """The same apps on three servers."""
    for server in SERVERS:
        yield Finding(
            f"after-the-response-{server}",
            CLAIM,
            {
                "zh": f"用 {server} 时，任务还能用请求的什么？",
                "en": f"On {server}, what of its request can a task still use?",
            },
            versions("servers", ("fastapi", "starlette", server)),
            asked(server, "servers")
            | looked_back(server, "servers")
            | variables(server, "servers"),
        )


@probe(watches_s=120)
def in_several_releases() -> Iterator[Finding]:
    """Fields, context variables and an upload, on uvicorn with several FastAPIs."""
    for release in RELEASES:
        where = f"release-{release}"
        yield Finding(
            f"after-the-response-fastapi-{release.replace('.', '-')}",
            CLAIM,
            {
                "zh": f"在 FastAPI {release} 里，任务还能用请求的什么？",
                "en": f"In FastAPI {release}, what of its request can a task still use?",
            },
            versions(where, ("fastapi", "starlette", "uvicorn")),
            looked_back("uvicorn", where) | variables("uvicorn", where) | upload(where),
        )


def finishes(server: str, app: Path, where: str, during_task: bool) -> bool:
    """Whether the task is done although its client left, before its answer or after it."""
    with serving(server, app, where=where) as served:
        connection = served.connect()
        connection.request("POST", "/orders")
        if during_task:
            connection.getresponse().read()
        time.sleep(0.5)  # in the midst of the endpoint's 2 s or the task's 4 s
        connection.close()
        return happens(lambda: "the dish is ready" in served.log, 10)


def left_early_and_late(server: str, app: Path, where: str) -> dict[str, Value]:
    """Both cases of `finishes`."""
    return {
        "task_finished_client_left_before_the_response": finishes(server, app, where, False),
        "task_finished_client_left_during_the_task": finishes(server, app, where, True),
    }


@probe(watches_s=60)
def client_leaves() -> Iterator[Finding]:
    """Clients that leave each server."""
    for server in SERVERS:
        yield Finding(
            f"client-leaves-{server}",
            CLAIM,
            {
                "zh": f"用 {server} 时，客户端走了，任务还会做完吗？",
                "en": f"On {server}, does a task run to its end although its client has left?",
            },
            versions("servers", ("fastapi", "starlette", server)),
            left_early_and_late(server, HERE / "client_leaves.py", "servers"),
        )


@probe(watches_s=40)
def client_leaves_behind_middleware() -> Iterator[Finding]:
    """Clients that leave an app with a BaseHTTPMiddleware, round Starlette's mending of it."""
    for release in ("0.20.4", "0.21.0"):
        where = f"starlette-{release.replace('.', '_')}"
        yield Finding(
            f"client-leaves-starlette-{release.replace('.', '-')}",
            CLAIM,
            {
                "zh": f"Starlette {release}，有 @app.middleware：客户端走了，任务还会做完吗？",
                "en": f"Starlette {release}, behind @app.middleware: does a task run to its end "
                "although its client has left?",
            },
            versions(where, ("fastapi", "starlette", "uvicorn")),
            left_early_and_late("uvicorn", APPS / "client_leaves_behind_middleware.py", where),
        )
