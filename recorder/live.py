"""Plays what the reader has written, in the browser: text in, text out.

JavaScript calls `prepare` once after Python has started and `restored` after each start from a
snapshot; then `play_text` for each run, by `callPromising` where the engine has it, and `deliver`
for each archive of modules that a run has missed.
"""

import json
import random
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Any

import fastapi

from recorder import archives, lacking, pulse, trace, where
from recorder.draw import draw
from recorder.ended import failed
from recorder.expression import truths
from recorder.limit import Limit
from recorder.player import play_file
from recorder.story import story_of
from recorder.strand import FORM, IN_BROWSER
from recorder.timeline import Timeline
from recorder.transcript import transcribe
from recorder.undo import Baseline, own_folder, undone
from recorder.words import WORDS

HOME = Path("/live")  # the same for each run, as it shows in what an app prints
EVENTS, CHARACTERS = 5_000, 500_000

_prepared: list[bool] = []
_baseline: list[Baseline] = []  # once a program has been played that nobody knows
_untidy: list[bool] = []
_dumps = json.dumps  # of which an app may make something else
_WARM_UP = """
import fastapi, logging, time
app = fastapi.FastAPI()
def task() -> None: time.sleep(1); print("done")
@app.post("/")
async def endpoint(tasks: fastapi.BackgroundTasks) -> dict[str, str]:
    tasks.add_task(task)
    logging.warning("added")
    return {"answer": "yes"}
"""


def play_text(job: str, beat: pulse.Pulse | None = None, home: Path = HOME) -> str:
    """Play a program and tell what happened; both the job and the result are JSON.

    The job has `file` (a name for tracebacks), `source`, `story`, `language`, and may have `title`
    and `until` for the drawing, `claims`, which are expressions, and `known`: true of a program
    that is known to replace no function of a library, which saves a third of the time. The result
    has `recording` (None if there is none; what there is, if an error has cut it short), `lines`
    (of the source, one an event, 0 for none), `digest`, `svg`, `transcript`, `claims` (of each
    whether it is true; None if the recording cannot say, or was cut short), `error`, `missing`,
    `python`, `fastapi` and `threads`. Nothing is raised: an error has `kind`, `message`,
    `traceback` and `line`; its kind is "app", "deadlock", "budget" (of time, or of what may be
    recorded), "stopped", "story" or "internal". With `missing`, deliver it and play the job again.

    A job that has a `recording` instead, a text in the public format, is only drawn and asked.
    `beat` keeps the story's budget in the browser, and hears of a Stop; see `recorder.pulse`.
    """
    told: dict[str, Any] = {
        **{"recording": None, "lines": [], "digest": "", "svg": "", "transcript": []},
        **{"claims": [], "error": None},
        "python": ".".join(map(str, sys.version_info[:3])),
        "fastapi": fastapi.__version__,
        "threads": "inline" if FORM == "inline" else "stacks",
    }
    asked: dict[str, Any] = {}
    tidy()
    if beat is not None:
        pulse.listen(beat)
    try:
        asked |= json.loads(job)
        played = asked.get("recording")
        told |= _drawn(Timeline.from_json(played), asked) if played else _play(asked, home)
    except BaseException as error:
        told |= failed(error, asked, home, "internal")
    return _dumps({**told, "missing": sorted(set(lacking.missing))})


def tidy() -> None:
    """Put back the functions and classes that the last run has replaced.

    `play_text` does so first. Who calls this afterwards has a third of its time out of the way.
    """
    if _untidy:
        _baseline[-1].restore()
    _untidy.clear()


def _play(asked: dict[str, Any], home: Path) -> dict[str, Any]:
    _get_ready(asked, home)
    path = home / (PurePosixPath(asked["file"]).name or "app.py")
    told: dict[str, Any] = {}
    with ExitStack() as stack:
        stack.callback(_forget, set(sys.modules))
        stack.enter_context(own_folder(home))
        stack.enter_context(undone())
        path.write_text(asked["source"], "utf-8")
        trace.remember(path, asked["source"])
        try:
            story = story_of(asked["story"])
            with lacking.refused(WORDS[asked["language"]]):
                timeline = play_file(path, story, Limit(EVENTS, CHARACTERS))
        except BaseException as error:
            told = failed(error, asked, home)
            timeline = vars(error).get("partial") or Timeline()
    if told and not (timeline.events or timeline.printed):
        return told
    try:
        return _drawn(timeline, asked) | told
    except Exception:  # the app has replaced what draws
        tidy()
        return _drawn(timeline, asked) | told


def _get_ready(asked: dict[str, Any], home: Path) -> None:
    if not _prepared:
        prepare(home=home)
    if not asked.get("known"):
        _baseline[:] = _baseline or [Baseline()]
        _untidy.append(True)


def _forget(before: set[str]) -> None:
    """Have the next run import afresh what is the reader's, however this one has ended.

    After a run that missed a module, the libraries, too: one that can do without it is another one
    once it is there.
    """
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None)
        if lacking.missing or (file and where.is_user_file(file)):
            del sys.modules[name]


def _drawn(timeline: Timeline, asked: dict[str, Any]) -> dict[str, Any]:
    words = WORDS[asked["language"]]
    title, until = asked.get("title", ""), asked.get("until", 0.0)
    return {
        "recording": timeline.to_data(),
        "lines": [event.line for event in timeline.events],
        "digest": timeline.digest(),
        "svg": draw(timeline, words, title=title, until=until),
        "transcript": transcribe(timeline, words),
        "claims": truths(asked.get("claims", ()), timeline),
    }


def prepare(pruned: Iterable[str] = (), home: Path = HOME) -> None:
    """Import what runs need, and play one, so that the reader's first is as quick as the others.

    `pruned` are the dotted names of the modules that are not there and can be delivered.

    Raises:
        RuntimeError: Python does not work here.
    """
    if IN_BROWSER:
        pulse.listen(None)
    lacking.install(pruned)
    _prepared.append(True)
    story = {"requests": [{"visitor": "ann", "method": "POST", "path": "/"}]}
    job = {"file": "app.py", "source": _WARM_UP, "story": story, "language": "en", "known": True}
    told = json.loads(play_text(json.dumps(job), home=home))
    if told["error"]:
        raise RuntimeError(told["error"]["traceback"] or told["error"]["message"])
    archives.note()


def restored() -> None:
    """Make fresh what a snapshot has kept: all that is random, and what is known of files."""
    random.seed()
    tempfile._name_sequence = None  # type: ignore[attr-defined]
    Path(tempfile.gettempdir()).mkdir(exist_ok=True)
    lacking.pruned.update(archives.drop_lost())


def deliver(path: str) -> None:
    """Have modules imported from an archive that has been put at `path`."""
    where.add_library(path)
    lacking.pruned.difference_update(archives.add(path))
