"""A visitor of a WebSocket."""

import asyncio
from contextlib import suppress

from websockets.client import ClientProtocol
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

from recorder import Request
from tests.conformance.outcome import Answer
from tests.conformance.scaled import Clock

_ABNORMAL = 1006  # what a client calls an end without a code


async def ask_socket(
    request: Request, port: int, clock: Clock, answer: Answer, over: asyncio.Event
) -> None:
    """Open a WebSocket, send the messages, and note what comes.

    A visitor that leaves says so, with code 1001, as a browser does whose tab is closed.
    """
    socket = _Socket(port, request)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sending = asyncio.create_task(_send(request, socket, writer, clock))
    try:
        while answer.complete is None:
            writer.writelines(socket.data_to_send())
            _note(socket, await reader.read(65536), clock, answer)
        writer.writelines(socket.data_to_send())
        await over.wait()
    except asyncio.CancelledError:
        if socket.state is State.OPEN:
            socket.send_close(1001)
            writer.writelines(socket.data_to_send())
            await over.wait()  # to close now, with something unread, would take back what was sent
        raise
    except ConnectionError:
        answer.complete, answer.closing = clock.now(), _ABNORMAL
    finally:
        sending.cancel()
        writer.close()


class _Socket(ClientProtocol):
    """A client's WebSocket that has asked for its handshake."""

    def __init__(self, port: int, request: Request) -> None:
        super().__init__(parse_uri(f"ws://127.0.0.1:{port}{request.path}"))
        self.is_open = asyncio.Event()
        asked = self.connect()
        for name, value in headers_of(request):
            asked.headers[name] = value
        self.send_request(asked)


def headers_of(request: Request) -> list[tuple[str, str]]:
    """The headers of a story's request, one line each."""
    return [
        (name, value)
        for name, values in request.headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]


def _note(socket: _Socket, data: bytes, clock: Clock, answer: Answer) -> None:
    socket.receive_data(data) if data else socket.receive_eof()
    for event in socket.events_received():
        if isinstance(event, Response):
            answer.status = event.status_code
            socket.is_open.set()
            if event.status_code != 101:
                answer.complete = clock.now()
                answer.body = (event.body or b"").decode()
        elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
            answer.add(clock.now(), f"{bytes(event.data).decode()}\n")
        elif isinstance(event, Frame) and event.opcode is Opcode.CLOSE:
            answer.complete, answer.closing = clock.now(), Close.parse(event.data).code
    if not data and answer.complete is None:
        answer.complete, answer.closing = clock.now(), _ABNORMAL


async def _send(
    request: Request, socket: _Socket, writer: asyncio.StreamWriter, clock: Clock
) -> None:
    await socket.is_open.wait()
    for message in request.messages:
        await clock.until(message.at)
        with suppress(Exception):  # it may be closed by now
            socket.send_text(message.text.encode())
            writer.writelines(socket.data_to_send())
