"""The registry of all that was ever published, held against what a built site has."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from site_build.permalinks.redirects import NAME
from site_build.snippets import LANGUAGES

FILE = Path(__file__).parent / "registry.txt"
HEAD = """\
# Every address that was ever published; `make site REGISTER=1` adds those that are new.
# Nothing is removed: what moves gets a line in redirects.toml. Only a line that no deployed site
# ever had may be deleted.
"""
_PERMALINK = re.compile(r'class="headerlink" href="#([^"]+)"')
# What pages load, what a host reads; and /c/, which has all pages and no others.
_LOADED = ("assets", "search", "c", "_headers")


@dataclass(frozen=True)
class Published:
    """What a site has: places by language, each `/page/` or `/page/#id`, and the other files."""

    places: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in LANGUAGES})
    files: set[str] = field(default_factory=set)

    @property
    def everywhere(self) -> set[str]:
        """What is there in each language."""
        return set.intersection(*self.places.values()) | self.files

    @property
    def somewhere(self) -> set[str]:
        """What is there in any language."""
        return set.union(*self.places.values()) | self.files


def published(site: Path, redirects: Iterable[str]) -> Published:
    """What a built site has, without what only leads on.

    What is linked to by a permalink is a place: headings, listings, timelines, tables.
    """
    found = Published()
    for path in site.rglob("*"):
        parts = path.relative_to(site).parts
        if not path.is_file() or parts[0] in _LOADED:
            continue
        if path.name != "index.html":
            found.files.add("/" + "/".join(parts))
            continue
        language = parts[0] if parts[0] in LANGUAGES[1:] else LANGUAGES[0]
        page = "/" + "".join(f"{x}/" for x in parts[:-1]).removeprefix(f"{language}/")
        ids = _PERMALINK.findall(path.read_text("utf-8"))
        found.places[language] |= {page, *(f"{page}#{x}" for x in ids)}
    gone = set(redirects)
    for some in (*found.places.values(), found.files):
        some -= gone
    return found


def registered() -> list[str]:
    """All lines of the registry."""
    lines = FILE.read_text("utf-8").splitlines() if FILE.is_file() else []
    return [line for line in lines if line and not line.startswith("# ")]


def register(site: Path, redirects: Iterable[str]) -> list[str]:
    """Add to the registry what a built site has and it has not; return that."""
    known = set(registered())
    new = sorted(published(site, redirects).somewhere - known)
    FILE.write_text(HEAD + "".join(f"{line}\n" for line in sorted(known | set(new))), "utf-8")
    return new


def lost(known: Iterable[str], found: Published, redirects: dict[str, str]) -> list[str]:
    """What is wrong with the addresses that were published, each with what mends it."""
    there = found.everywhere
    wrong = [
        f'{NAME}: "{old}" = "{new}": there is no {new}'
        for old, new in redirects.items()
        if new not in there
    ]
    for address in known:
        if address not in there and address not in redirects:
            wrong += _unless_moved(address, there, redirects)
    return wrong


def _unless_moved(address: str, there: set[str], redirects: dict[str, str]) -> list[str]:
    page, _, anchor = address.partition("#")
    target = redirects.get(page, "") if anchor else ""
    if "#" in target or f"{target}#{anchor}" in there:
        return []
    if anchor and not target and page not in there:
        return []  # the page is told, and has to lead somewhere first
    to = f"{target or page}#ITS-NEW-ID" if anchor else "/ITS-NEW-PLACE"
    return [
        f"{address} was published and is no longer there in every language. Somebody has linked to "
        f'it; say under [moved] in {NAME} where it leads:\n    "{address}" = "{to}"'
    ]
