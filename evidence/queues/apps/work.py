"""The work of the jobs of every library: it marks in a file when it starts and ends."""

import asyncio
import os
import time


def mark(what: str, name: str) -> None:
    """Add a line to marks.txt; short lines that are appended don't mix."""
    with open("marks.txt", "a", encoding="utf-8") as marks:  # noqa: PTH123 - as readers write it
        marks.write(f"{time.time()} {what} {name}\n")


def begin(name: str) -> None:
    """Mark the process, and the start."""
    mark(f"in-{os.getpid()}", name)
    mark("started", name)


def work(name: str, seconds: float) -> None:
    """Occupy a thread."""
    begin(name)
    time.sleep(seconds)
    mark("finished", name)


async def async_work(name: str, seconds: float) -> None:
    """Wait without occupying anything."""
    begin(name)
    await asyncio.sleep(seconds)
    mark("finished", name)


def fail(name: str) -> None:
    """Begin, and raise an error."""
    begin(name)
    raise ValueError(name)
