"""Serves a built site on a free loopback port, below the sub-path that it was built for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

from tests.conftest import BASE

_START = b'<meta charset="utf-8">'
_FIRST = b'<script src="%sfirst.js"></script>' % BASE.encode()


@dataclass
class Served:
    """A site that is being served.

    `first` is a script that each page runs before anything else, for engines whose driver cannot
    put one there; a file of ours, so that the page's own policy stays as it is. `pages` are served
    in place of files: HTML, or bytes of whatever kind, by the path below the site's address.
    """

    folder: Path
    address: str = ""
    first: str = ""
    pages: dict[str, str | bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # one connection for many files is a good deal faster

    def __init__(self, served: Served, *args: Any) -> None:
        self.served = served
        super().__init__(*args, directory=str(served.folder))

    def translate_path(self, path: str) -> str:
        below = path.startswith(BASE)
        return super().translate_path(f"/{path.removeprefix(BASE)}" if below else "/nothing")

    def send_head(self) -> BytesIO | BinaryIO | None:
        self.served.requests.append(self.path)
        if self.served.first and self.path == f"{BASE}first.js":
            return self._send(200, "text/javascript", self.served.first.encode())
        replaced = self.served.pages.get(self.path.removeprefix(BASE))
        if isinstance(replaced, bytes):
            return self._send(200, "application/octet-stream", replaced)
        page = self._page(replaced)
        return super().send_head() if page is None else self._send(200, "text/html", page)

    def _page(self, replaced: str | None) -> bytes | None:
        """A page that is not sent as the file that it is."""
        file = Path(self.translate_path(self.path), "index.html")
        if replaced is not None:
            page = replaced.encode()
        elif self.served.first and self.path.endswith("/") and file.is_file():
            page = file.read_bytes()
        else:
            return None
        return page.replace(_START, _START + _FIRST, 1) if self.served.first else page

    def _send(self, code: int, kind: str, body: bytes) -> BytesIO:
        self.send_response(code)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html").read_bytes()
        self.wfile.write(self._send(code, "text/html", page).read())

    def end_headers(self) -> None:
        self.send_header(
            "Cache-Control", "no-cache"
        )  # else `pages` would not replace what is known
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a browser that leaves in the middle of a file is no error


@contextmanager
def served(folder: Path, first: str = "") -> Iterator[Served]:
    """Serve `folder`; the address is below the sub-path."""
    told = Served(folder, first=first)
    with _Server(("127.0.0.1", 0), partial(_Handler, told)) as server:
        told.address = f"http://127.0.0.1:{server.server_port}{BASE}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield told
        server.shutdown()
        thread.join()
