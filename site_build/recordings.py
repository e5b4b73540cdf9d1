"""The recordings of the snippets' runs."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

from recorder import RecorderError, Timeline, play_file
from site_build.snippets import ROOT, Snippet, SnippetError, names, snippet, variants

_Key = tuple[str, tuple[int, ...]]
_started: dict[_Key, subprocess.Popen[str]] = {}


def recording(snippet_id: str) -> Timeline:
    """What happens when the snippet's story is played; kept until a file of it changes.

    Raises:
        SnippetError: there is no such snippet, or it cannot be played.
    """
    return _recording(*_key(snippet(snippet_id)))


def _key(found: Snippet) -> _Key:
    files = (found.path, found.path.parent / "story.toml")
    return found.id, tuple(path.stat().st_mtime_ns for path in files)


@cache
def _recording(snippet_id: str, changed: tuple[int, ...]) -> Timeline:
    found = snippet(snippet_id)
    if found.path.suffix == ".js":
        return _play_js(found)
    try:
        return play_file(found.path)
    except RecorderError as error:
        raise SnippetError(f"{snippet_id} cannot be played: {error}") from error


def start_javascript() -> None:
    """Start playing all JavaScript snippets, so that they are done when a page asks for them."""
    ids = [f"{name}/{variant}" for name in names() for variant in variants(name)]
    for found in map(snippet, ids):
        if found.path.suffix == ".js" and _key(found) not in _started:
            _started[_key(found)] = _start(found)


def _start(found: Snippet) -> subprocess.Popen[str]:
    """Play a JavaScript file in the environment's own Node, on a virtual clock too."""
    process = subprocess.Popen(
        [Path(sys.executable).parent / "node", ROOT / "web/javascript/play.mjs", found.path],
        cwd=ROOT,  # not the empty folder of a snippet that is being played
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    told = {key: found.meta[key] for key in ("requests", "until") if key in found.meta}
    assert process.stdin is not None
    process.stdin.write(json.dumps({"requests": [], **told}))
    process.stdin.close()
    process.stdin = None
    return process


def _play_js(found: Snippet) -> Timeline:
    process = _started.get(_key(found)) or _start(found)
    printed, error = process.communicate()
    if process.returncode:
        raise SnippetError(f"{found.id} cannot be played: {error.strip()}")
    return Timeline.from_json(printed)


def time_scale(found: Snippet) -> float:
    """The virtual second at which a drawing ends: the same for both of a pair."""
    ends = [recording(found.id).end]
    if found.counterpart != found.variant and found.counterpart in variants(found.name):
        ends.append(recording(f"{found.name}/{found.counterpart}").end)
    return max(ends)
