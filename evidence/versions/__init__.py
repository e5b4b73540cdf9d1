"""What FastAPI's releases differ in: each is asked the same by `evidence.one_version`.

The releases are the environments whose names begin with `release-`, each with the newest Starlette
that it accepted on the day it came out. SQLAlchemy, aiosqlite, python-multipart and uvicorn are the
same throughout. A further release needs an environment and no code.
"""

from collections.abc import Iterator

from evidence.probes import probe
from evidence.rows import Finding
from evidence.topics import topics as registry
from evidence.versions.adjacent import found
from evidence.versions.asking import PREFIX, SESSIONS, VARIES, findings, releases

__all__ = ["PREFIX", "VARIES", "boundaries", "dependencies", "releases", "starlettes", "topics"]
STARLETTE = "one-fastapi-starlette-"
OF_STARLETTE = ("http-middleware-error", "chunked-end", "range")


@probe(watches_s=180)
def dependencies() -> Iterator[Finding]:
    """Ask every release, twice, what its `yield` dependencies do to background tasks."""
    yield from findings([f"{PREFIX}{release}" for release in releases()], SESSIONS, "fastapi")


@probe(watches_s=180)
def topics() -> Iterator[Finding]:
    """Ask every release, twice, all that needs no database."""
    asked = [name for name in registry() if name not in SESSIONS]
    yield from findings([f"{PREFIX}{release}" for release in releases()], asked, "fastapi")


@probe(watches_s=40)
def starlettes() -> Iterator[Finding]:
    """Ask the Starlettes on both sides of a change that is Starlette's, with the same FastAPI."""
    names = [f"{STARLETTE}{release}" for release in releases(STARLETTE)]
    yield from findings(names, OF_STARLETTE, "starlette")


@probe(watches_s=5)
def boundaries() -> Iterator[Finding]:
    """What changed between which two adjacent releases, by the rows of the probes above."""
    yield from found()
