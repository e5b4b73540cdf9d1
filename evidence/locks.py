"""What the locks pin, and which of a row's versions are older than that.

Imported by the build of the site, so it imports nothing that is slow.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from evidence.rows import Row

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent / "requirements.txt"
ENVIRONMENTS = HERE / "environments"
# What rows call otherwise than the index of packages does.
_PACKAGES = {"redis-py": "redis"}
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^]]*\])?==([^\s;]+)", re.M)

Pins = Mapping[str, frozenset[str]]


def pins(lock: str) -> Pins:
    """The versions of each package in the text of a lock; several where markers decide."""
    found: dict[str, set[str]] = {}
    for package, version in _PIN.findall(lock):
        found.setdefault(package, set()).add(version)
    return {package: frozenset(versions) for package, versions in found.items()}


def locked() -> dict[str, Pins]:
    """The pins of each environment, by its name; "" is the project's own."""
    paths = {"": PROJECT} | {path.stem: path for path in sorted(ENVIRONMENTS.glob("*.txt"))}
    return {name: _read(path, path.stat().st_mtime_ns) for name, path in paths.items()}


@cache
def _read(path: Path, changed: int) -> Pins:
    return pins(path.read_text("utf-8"))


def older(row: Row, locks: Mapping[str, Pins] | None = None) -> dict[str, str]:
    """Those packages of a row that were older when it was measured, with what is locked now.

    A row that names a version in its id (`yield-0-117-1`) asked about that one: it is compared with
    the environments that pin it so. All others are compared with the project's lock and with the
    environments whose names have no number, since a number there means that it is kept.
    `locks` is what `locked` gives, unless given. Programs that no lock pins are never older.
    """
    asked = {_PACKAGES.get(name, name): version for name, version in row.versions.items()}
    compared = _compared(row.id, asked, locked() if locks is None else locks)
    found = {}
    for shown, version in row.versions.items():
        package = _PACKAGES.get(shown, shown)
        now = {pin for each in compared for pin in each.get(package, ())}
        newest = max(now, key=order, default=version)
        if version not in now and order(newest) > order(version):
            found[shown] = newest
    return found


def _compared(row_id: str, asked: Mapping[str, str], locks: Mapping[str, Pins]) -> list[Pins]:
    named = [package for package, version in asked.items() if _names(row_id, version)]
    if named:
        package = named[0]
        return [each for each in locks.values() if asked[package] in each.get(package, ())]
    general = [each for name, each in locks.items() if not re.search(r"\d", name)]
    wanted = {package for package in asked if any(package in each for each in general)}
    whole = [each for each in general if wanted <= each.keys()]
    # Of several locks that have all of them the newest counts: in it, the answer may be another.
    return [_newest(whole)] if whole else general


def _newest(locks: list[Pins]) -> Pins:
    every = {package for each in locks for package in each}
    newest = {}
    for package in every:
        versions = {pin for each in locks for pin in each.get(package, ())}
        newest[package] = frozenset({max(versions, key=order)})
    return newest


def _names(row_id: str, version: str) -> bool:
    """Whether an id names a version ("-0-117-1"), or the first two numbers alone ("-5-6")."""
    numbers = re.findall(r"\d+", version)
    whole, short = "-".join(numbers), "-".join(numbers[:2])
    named = rf"(?<!\d)-({whole}|{short}(?!-\d))(?!\d)"
    return len(numbers) > 1 and bool(re.search(named, f"-{row_id}"))


def order(version: str) -> list[int]:
    """What sorts the versions of a lock; no lock here has alphas."""
    return [int(number) for number in re.findall(r"\d+", version)]
