"""A slow link: what arrives through it, and when."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter

_PIECE = 16 * 1024  # bytes that one answer sends before another one's turn
_LATE = 0.02  # seconds; a timer that is late by less costs the link nothing


@dataclass
class Link:
    """One line for all connections of a visit.

    `latency` is a round trip in seconds, `rate` is in bytes a second; 0 stands for no limit.
    """

    latency: float = 0.0
    rate: float = 0.0
    clock: Callable[[], float] = perf_counter
    _free: float = field(default=0.0, init=False)

    def pieces(self, data: bytes) -> Iterator[tuple[float, bytes]]:
        """What is sent one after the other, each with the seconds to wait before it is there."""
        if not self.rate:
            yield 0.0, data
            return
        for start in range(0, len(data), _PIECE):
            piece = data[start : start + _PIECE]
            now = self.clock()
            self._free = max(self._free, now - _LATE) + len(piece) / self.rate
            yield max(0.0, self._free - now), piece

    async def send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        """Write data as fast as the link carries it."""
        for wait, piece in self.pieces(data):
            if wait:
                await asyncio.sleep(wait)
            writer.write(piece)
            await writer.drain()
