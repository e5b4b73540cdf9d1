"""Recordings of earlier builds, in .cache/, by the hash of all that a recording depends on.

So none is stale: a build plays what has changed, and everything after a change of the recorder or
of a package. `RECORDINGS=afresh` in the environment plays everything, as tests do.
"""

import hashlib
import os
import pickle
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from recorder.timeline import Timeline
from site_build.snippets import ROOT, Snippet

FOLDER = ROOT / ".cache" / "recordings"
_PLAYERS = {
    ".py": ("recorder/**/*.py", "requirements.txt"),
    ".js": ("web/javascript/*", "recorder/timeline.py", "package-lock.json", "requirements.txt"),
}


@cache
def _player(suffix: str) -> bytes:
    """The hash of what plays a file, and of the packages that it may use."""
    digest = hashlib.sha256(sys.version.encode())
    for pattern in _PLAYERS[suffix]:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.digest()


def _place(found: Snippet) -> Path:
    digest = hashlib.sha256(found.id.encode() + _player(found.path.suffix))
    for path in (found.path, found.path.parent / "story.toml"):
        digest.update(path.read_bytes())
    return FOLDER / f"{found.name}-{found.variant}-{digest.hexdigest()[:32]}"


def load(found: Snippet) -> Timeline | None:
    """The snippet's recording, if it is kept and nothing has changed since."""
    if os.environ.get("RECORDINGS") != "afresh":
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            kept: Timeline = pickle.loads(_place(found).read_bytes())
            return kept
    return None


def save(found: Snippet, recorded: Timeline) -> None:
    """Keep a recording in place of the snippet's earlier ones."""
    place = _place(found)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob(f"{found.name}-{found.variant}-*"):
        if len(old.name) == len(place.name):
            old.unlink(missing_ok=True)
    fresh = place.with_name(f"{place.name}.{os.getpid()}")
    fresh.write_bytes(pickle.dumps(recorded))
    fresh.replace(place)  # in one step: another build may be reading
