"""One server for every contestant: Brotli, caching, a slow link on demand, bytes counted."""

import asyncio
import hashlib
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Event, Thread
from urllib.parse import unquote, urlsplit

from tests.bench.live.link import Link
from tests.bench.live.packing import brotli

_TYPES = {".mjs": "text/javascript", ".wasm": "application/wasm", ".whl": "application/zip"}
_CACHED = "public, max-age=86400"  # what a static host sends for files whose names change


@dataclass(frozen=True)
class Sent:
    """An answer: the path that was asked for, and the bytes that went out, headers included."""

    path: str
    size: int


@dataclass
class Server:
    """Folders by the start of their addresses, the longest start first; "/" is the last."""

    mounts: dict[str, Path]
    link: Link = field(default_factory=Link)
    sent: list[Sent] = field(default_factory=list)
    address: str = ""

    def __post_init__(self) -> None:
        self.file = cache(self._file)

    def _file(self, path: str, packed: bool) -> tuple[bytes, bytes] | None:
        start = next(start for start in self.mounts if path.startswith(start))
        place = self.mounts[start] / unquote(path.removeprefix(start))
        place = place / "index.html" if path.endswith("/") else place
        if ".." in place.parts or not place.is_file():
            return None
        content = place.read_bytes()
        kind = _TYPES.get(place.suffix) or mimetypes.guess_type(place.name)[0]
        headers = {"Content-Type": kind or "application/octet-stream", "Cache-Control": _CACHED}
        headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers["Vary"] = "Accept-Encoding"
        if packed and (smaller := brotli(content)):
            content, headers["Content-Encoding"] = smaller, "br"
        headers["Content-Length"] = str(len(content))
        return "".join(f"{name}: {text}\r\n" for name, text in headers.items()).encode(), content

    async def _answer(self, writer: asyncio.StreamWriter, request: str, link: Link) -> None:
        first, _, headers = request.partition("\r\n")
        path = urlsplit(first.split(" ")[1]).path
        packed = any("br" in line for line in headers.splitlines() if _is(line, "accept-encoding"))
        found = await asyncio.to_thread(self.file, path, packed)
        known = next((line for line in headers.splitlines() if _is(line, "if-none-match")), "")
        if found is None:
            data = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        elif known and known.partition(":")[2].strip().encode() in found[0]:
            data = b"HTTP/1.1 304 Not Modified\r\n\r\n"
        else:
            data = b"HTTP/1.1 200 OK\r\n%s\r\n%s" % found
        self.sent.append(Sent(path, len(data)))
        await link.send(writer, data)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer what one connection asks for, until it closes."""
        trips = 2  # a new connection costs a round trip of its own
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                link = self.link
                await asyncio.sleep(trips * link.latency)
                await self._answer(writer, request.decode("latin-1"), link)
                trips = 1
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the browser has gone
        finally:
            writer.close()


def _is(line: str, name: str) -> bool:
    return line.lower().startswith(f"{name}:")


@contextmanager
def serving(mounts: dict[str, Path]) -> Iterator[Server]:
    """Serve the folders on a free port of this machine, in a thread of its own."""
    server, ready, loops = Server(mounts), Event(), []
    end = asyncio.Event()

    async def work() -> None:
        loops.append(asyncio.get_running_loop())
        listening = await asyncio.start_server(server.connected, "127.0.0.1", 0)
        server.address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        ready.set()
        await end.wait()
        listening.close()

    # At its end, `run` cancels the connections that are still open.
    thread = Thread(target=asyncio.run, args=[work()], daemon=True)
    thread.start()
    ready.wait()
    try:
        yield server
    finally:
        loops[0].call_soon_threadsafe(end.set)
        thread.join()
