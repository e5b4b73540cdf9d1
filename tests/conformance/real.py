"""Plays cases against real servers, several at once."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import partial

from recorder import Request, Story
from tests.conformance import description as d
from tests.conformance.build import build, path
from tests.conformance.outcome import Answer, Case, Outcome
from tests.conformance.scaled import Clock
from tests.conformance.serve import Server
from tests.conformance.visit import visit

_TO_START = 0.05  # real seconds from the app's being there to virtual second 0


async def served(case: Case, server: Server, scale: float, virtual: Outcome) -> Outcome:
    """What a real server says of a case of which the recorder says `virtual`.

    A virtual second takes `scale` real ones.
    """
    port = await server.start(case.make, scale)
    clock = Clock(time.monotonic() + _TO_START, scale)
    answers = {request.visitor: Answer() for request in case.story.requests}
    over = asyncio.Event()
    visits = [
        asyncio.create_task(visit(request, port, clock, answers[request.visitor], over))
        for request in case.story.requests
    ]
    await clock.until(virtual.end)
    said = await server.stop(len(virtual.said))
    over.set()
    await asyncio.wait(visits, timeout=2)
    for one in visits:
        one.cancel()
        with suppress(asyncio.CancelledError):
            await one
    told = [line._replace(at=(line.at - clock.start) / scale) for line in said]
    return Outcome(told, answers)


async def _warm_server() -> Server:
    """A server that has answered: the first answer takes longer than those that follow."""
    server = Server()
    task = d.Task("thread", (d.Sleep(0.1),))
    app = d.App((d.Endpoint("thread", (d.Sleep(0.1),), (), (task,)),), (d.Middleware("base"),))
    case = Case("warm", partial(build, app), Story((Request("ann", path(0, "ann")),)))
    await served(case, server, 0.5, Outcome([], {}))
    return server


async def with_servers(jobs: Iterable[Callable[[Server], Awaitable[None]]], servers: int) -> None:
    """Do each job with a server of its own, so many at once.

    A job whose server breaks down is done again: it must know when to give up.
    """
    left = deque(jobs)

    async def work() -> None:
        server = await _warm_server()
        try:
            while left:
                job = left.popleft()
                try:
                    await job(server)
                except RuntimeError:  # the server is of no use any more
                    left.append(job)
                    server.end()
                    server = await _warm_server()
        finally:
            server.end()

    await asyncio.gather(*(work() for _ in range(servers)))
