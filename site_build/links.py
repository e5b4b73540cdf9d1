"""Whether the pages that ours lead to are still there: asked each night, never by a test.

`python -m site_build links report.md` exits with 1 if an address is gone. A host that refuses
machines, or is slow once, proves nothing: its links are told apart, for somebody to look at.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from site_build.snippets import ROOT

PAGES = ("README.md", "CONTRIBUTING.md", "docs/*/*.md")
_LINK = re.compile(r"\]\((https?://[^)\s]+)\)|<(https?://[^>\s]+)>")
_FENCE = re.compile(r"^(`{3,}).*?^\1", re.M | re.S)
_TRIES, _AT_ONCE, _SECONDS = 3, 8, 30
# Answers that say that there is no such page; others may come from a host that wants no machines.
_GONE = (404, 410)
# Some hosts answer only what looks like a browser.
_HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; link check)", "Accept": "text/html,*/*"}


@dataclass(frozen=True)
class Found:
    """What became of a link: `is_gone` if nobody will find anything there."""

    address: str
    said: str
    is_gone: bool


def outside(root: Path = ROOT) -> dict[str, list[str]]:
    """The addresses elsewhere that our pages lead to, each with the files that do."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(path for pattern in PAGES for path in root.glob(pattern)):
        prose = re.sub(r"(`+).+?\1", "", _FENCE.sub("", path.read_text("utf-8")))
        for bracket, angle in _LINK.findall(prose):
            address = (bracket or angle).partition("#")[0]
            name = str(path.relative_to(root))
            if name not in places[address]:
                places[address].append(name)
    return dict(sorted(places.items()))


async def ask(addresses: Iterable[str], pause: float = 5) -> list[Found]:
    """Ask for each address, and tell those that did not answer as a page does.

    Args:
        addresses: without fragments.
        pause: seconds before the second try; twice as many before the third.
    """
    turn = asyncio.Semaphore(_AT_ONCE)
    settings = {"follow_redirects": True, "timeout": _SECONDS, "headers": _HEADERS}
    async with httpx.AsyncClient(**settings) as client:  # type: ignore[arg-type]
        told = await asyncio.gather(*(_one(client, turn, one, pause) for one in addresses))
    return [found for found in told if found]


async def _one(
    client: httpx.AsyncClient, turn: asyncio.Semaphore, address: str, pause: float
) -> Found | None:
    said, is_gone = "", False
    for number in range(_TRIES):
        await asyncio.sleep(pause * number)
        async with turn:
            try:
                async with client.stream("GET", address) as answer:
                    said, is_gone = str(answer.status_code), answer.status_code in _GONE
                    if answer.is_success:
                        return None
            except httpx.HTTPError as error:
                # A name that no server knows any more ends here, too.
                said, is_gone = (
                    f"{type(error).__name__}: {error}",
                    isinstance(error, httpx.ConnectError),
                )
    return Found(address, said, is_gone)


def report(found: list[Found], places: Mapping[str, list[str]]) -> str:
    """What to look at, as Markdown: what is gone first."""
    parts = []
    for is_gone, head in ((True, "Gone"), (False, "No answer for a machine: look by hand")):
        lines = [
            f"- <{one.address}> ({one.said}), in {', '.join(places[one.address])}\n"
            for one in found
            if one.is_gone is is_gone
        ]
        parts += [f"## {head}\n\n", *lines, "\n"] if lines else []
    return "".join(parts) or "All links lead somewhere.\n"


def check(file: Path) -> int:
    """Ask for all links, and write the report.

    Returns:
        0, or 1 if something is gone.
    """
    places = outside()
    print(f"Asking for {len(places)} addresses", flush=True)
    found = asyncio.run(ask(places))
    text = report(found, places)
    file.write_text(text, "utf-8")
    print(text, end="")
    return int(any(one.is_gone for one in found))
