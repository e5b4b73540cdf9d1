"""The visitors of a real server: they ask at their second, and may leave to the millisecond."""

import asyncio
import json
from contextlib import suppress

import h11

from recorder import Request
from tests.conformance.outcome import Answer
from tests.conformance.scaled import Clock
from tests.conformance.visit_socket import ask_socket, headers_of


async def visit(
    request: Request, port: int, clock: Clock, answer: Answer, over: asyncio.Event
) -> None:
    """Ask, note what comes, and keep the connection until `over`, or until the visitor leaves."""
    await clock.until(request.at)
    ask = ask_socket if request.method == "WEBSOCKET" else _ask
    asking = asyncio.create_task(ask(request, port, clock, answer, over))
    try:
        if request.leaves is not None:
            waiting = asyncio.create_task(clock.until(request.leaves))
            await asyncio.wait([asking, waiting], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if not asking.done():
                asking.cancel("leaves")
        with suppress(asyncio.CancelledError):
            await asking
    finally:
        asking.cancel()


async def _ask(
    request: Request, port: int, clock: Clock, answer: Answer, over: asyncio.Event
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(_head_and_body(request))
        connection = h11.Connection(h11.CLIENT)
        connection.send(h11.Request(method=request.method, target="/", headers=[("host", "x")]))
        connection.send(h11.EndOfMessage())
        with suppress(h11.RemoteProtocolError, ConnectionError):  # cut off
            await _read(reader, connection, clock, answer)
        await over.wait()
    finally:
        writer.transport.abort()


def _head_and_body(request: Request) -> bytes:
    body = request.body if isinstance(request.body, str) else json.dumps(request.body)
    headers = [("host", "testserver"), *headers_of(request)]
    if body:
        size = str(len(body.encode()))
        headers += [("content-type", "application/json"), ("content-length", size)]
    lines = [f"{name}: {value}" for name, value in headers]
    head = "\r\n".join([f"{request.method} {request.path} HTTP/1.1", *lines])
    return f"{head}\r\n\r\n{body}".encode()


async def _read(
    reader: asyncio.StreamReader, connection: h11.Connection, clock: Clock, answer: Answer
) -> None:
    while answer.complete is None:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Response):
            answer.status = event.status_code
        elif isinstance(event, h11.Data):
            answer.add(clock.now(), bytes(event.data).decode())
        elif isinstance(event, h11.EndOfMessage):
            answer.complete = clock.now()
        else:
            return
