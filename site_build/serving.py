"""`make serve` puts a script into each page that it serves: the page's policy must allow it."""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIEnvironment

from site_build.policy import allowing

Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


def allowing_reload(application: Application) -> Application:
    """MkDocs's server, with the script that reloads a changed page allowed in its policy."""

    def served(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], Any]:
            started.append((status, headers))
            return lambda data: None

        body = application(environ, start)
        status, headers = started[0]
        if Headers(headers).get("Content-Type") == "text/html":
            body = [_allowed(b"".join(body).decode()).encode()]
            Headers(headers)["Content-Length"] = str(len(body[0]))
        start_response(status, headers)
        return body

    return served


def _allowed(html: str) -> str:
    """The page with its last inline script allowed, which is MkDocs's own if there is one."""
    return allowing(html, html.rpartition("<script>")[2].partition("</script>")[0])
