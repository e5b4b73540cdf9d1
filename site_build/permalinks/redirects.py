"""Where addresses lead that were published and are no longer there: `redirects.toml`."""

import re
from functools import cache
from pathlib import Path

from recorder.errors import StoryError
from recorder.toml import read_toml

FILE = Path(__file__).parent / "redirects.toml"
NAME = "site_build/permalinks/redirects.toml"
_ADDRESS = re.compile(r"/(?:[\w.-]+/)*(?:#[\w.:-]+|[\w-]+\.[\w.-]+)?")


class RedirectError(Exception):
    """A redirect that leads nowhere, or in a circle; the message names the file and the fix."""


def page_of(address: str) -> str:
    """The page of a place: `/page/` of `/page/#id`."""
    return address.partition("#")[0]


def moved() -> dict[str, str]:
    """What each address that has moved leads to.

    Raises:
        RedirectError: `redirects.toml` cannot be read as such.
    """
    return _read(FILE, FILE.stat().st_mtime_ns)


@cache
def _read(path: Path, changed: int) -> dict[str, str]:
    try:
        told = read_toml(path).get("moved", {})
    except StoryError as error:
        raise RedirectError(f"{NAME}: {error}") from error
    for pair in told.items():
        bad = [text for text in pair if not _ADDRESS.fullmatch(str(text))]
        if bad:
            raise RedirectError(f'{NAME}: {bad[0]!r} is no address; write "/page/#id" or "/page/"')
    for old, new in told.items():
        if new in told or page_of(new) in told:
            raise RedirectError(f"{NAME}: {old} leads to {new}, which has moved; write its new one")
    return dict(told)


def inside(page: str, redirects: dict[str, str]) -> dict[str, str]:
    """The ids that a page, `/page/`, no longer has, with the addresses that they lead to."""
    start = f"{page}#"
    return {old.removeprefix(start): to for old, to in redirects.items() if old.startswith(start)}
