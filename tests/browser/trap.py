"""Another origin, that counts who comes."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

# Any page may read it, and as JavaScript it is a module: nothing but the visitor's own browser
# keeps anybody from using it.
_ANSWER = b"""HTTP/1.1 200 OK\r
Access-Control-Allow-Origin: *\r
Content-Type: text/javascript\r
Content-Length: 17\r
Connection: close\r
\r
export default 1;"""


@dataclass
class Trap:
    """An address, and the first line of each connection, whatever it speaks."""

    address: str
    visits: list[str] = field(default_factory=list)


def _serve(listening: socket.socket, trap: Trap) -> None:
    while True:
        try:
            visitor, _ = listening.accept()
        except OSError:
            return  # closed: the test is over
        with visitor:
            trap.visits.append("connected")
            trap.visits[-1] = visitor.recv(1000).decode("latin-1").partition("\r\n")[0]
            visitor.sendall(_ANSWER)


@contextmanager
def trap() -> Iterator[Trap]:
    """Listen on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        trap = Trap(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        Thread(target=_serve, args=(listening, trap), daemon=True).start()
        yield trap
        listening.shutdown(socket.SHUT_RDWR)
