"""Between which two releases an answer changes: `python -m evidence.versions.bisect`.

    python -m evidence.versions.bisect uploadfile async_task_reads 0.95.2 0.106.0
    python -m evidence.versions.bisect range part_status 0.37.2 0.40.0 --package starlette \\
        --beside fastapi==0.115.2

Each release is installed without a lock, into .cache/evidence/bisect. What is found is to be pinned
by environments of the two releases; the probe `versions/boundaries` then proves it.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evidence.environments import INSTALLED, EnvironmentFailure, install
from evidence.topics import topics
from evidence.versions.asking import SESSIONS, told_by
from evidence.versions.published import between

ALWAYS = ("uvicorn==0.54.0", "python-multipart==0.0.20")
FOR_SESSIONS = ("sqlalchemy[asyncio]==2.1.9", "aiosqlite==0.22.1")


def bisected(
    low: str, high: str, candidates: list[str], ask: Callable[[str], Any]
) -> tuple[str, str]:
    """The last release that answers as `low` does, and the first after it that does not.

    `candidates` are the releases between them, oldest first. If the answer changes several times,
    one of the changes is found.

    Raises:
        ValueError: both ends answer the same.
    """
    before = ask(low)
    if ask(high) == before:
        raise ValueError(f"{low} and {high} both answer {before!r}")
    while candidates:
        middle = len(candidates) // 2
        if ask(candidates[middle]) == before:
            low, candidates = candidates[middle], candidates[middle + 1 :]
        else:
            high, candidates = candidates[middle], candidates[:middle]
    return low, high


def main(arguments: list[str]) -> int:
    """Ask, print each answer, and then the pair; 2 for a bad call."""
    given = _parser().parse_args(arguments)
    try:
        candidates = between(given.package, given.low, given.high)
        low, high = bisected(given.low, given.high, candidates, lambda one: _answer(given, one))
    except (ValueError, EnvironmentFailure) as error:
        print(f"evidence bisect: {error}", file=sys.stderr)
        return 2
    print(f"{given.topic} {given.key} changes between {given.package} {low} and {high}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evidence.versions.bisect", description=__doc__)
    parser.add_argument("topic", choices=topics())
    parser.add_argument("key", help="a key of its result")
    parser.add_argument("low", help="a release that answers one thing")
    parser.add_argument("high", help="a later one that answers another")
    parser.add_argument("--package", default="fastapi", choices=["fastapi", "starlette"])
    parser.add_argument("--beside", nargs="*", default=[], help="what else is pinned")
    return parser


def _answer(given: argparse.Namespace, release: str) -> Any:
    """What one release answers; None if its answer lacks the key."""
    told = told_by(_installed(given, release), [given.topic])
    found = (told["answers"][given.topic] or {}).get(given.key)
    versions = ", ".join(f"{name} {told['versions'][name]}" for name in ("fastapi", "starlette"))
    print(f"  {versions}: {found!r}", flush=True)
    return found


def _installed(given: argparse.Namespace, release: str) -> Path:
    needs = [f"{given.package}=={release}", *given.beside, *ALWAYS]
    needs += FOR_SESSIONS if given.topic in SESSIONS else ()
    name = f"{given.package}-{release}"
    folder, overrides = (INSTALLED / "bisect" / one for one in (name, f"{name}.overrides"))
    overrides.parent.mkdir(parents=True, exist_ok=True)  # FastAPI may not accept each Starlette
    overrides.write_text(f"{given.package}=={release}\n", "utf-8")
    return install(folder, "install", "--overrides", str(overrides), *needs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
