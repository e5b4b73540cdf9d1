"""Tells the reader, in their language, why a run in the browser has no full recording."""

from pathlib import Path, PurePosixPath
from typing import Any

from recorder import trace, where
from recorder.errors import AppError, BudgetSpent, Deadlock, RecorderError, Stopped, StoryError
from recorder.output import describe
from recorder.words import WORDS

_KINDS: dict[type[RecorderError], str] = {
    **{AppError: "app", Deadlock: "deadlock", BudgetSpent: "budget"},
    **{Stopped: "stopped", StoryError: "story"},
}


def _kind(error: BaseException) -> str:
    for kind, name in _KINDS.items():
        if isinstance(error, kind):
            return name
    return "raised" if where.of_error(error) else "internal"


def failed(
    error: BaseException, asked: dict[str, Any], home: Path, kind: str = ""
) -> dict[str, Any]:
    """What `recorder.live.play_text` tells of an error, without the name of the folder `home`."""
    kind = kind or _kind(error)
    words = WORDS.get(str(asked.get("language")), WORDS["en"])
    text = str(error) if isinstance(error, RecorderError) else describe(error)
    told = {
        "kind": "app" if kind == "raised" else kind,
        "message": words[f"ended.{kind}"].format(text=text),
        "traceback": trace.whole(error) if kind == "internal" else trace.readable(error),
    }
    path = home / PurePosixPath(str(asked.get("file"))).name
    shown = {key: value.replace(f"{home}/", "") for key, value in told.items()}
    claims = asked.get("claims")
    unknown = [None] * (len(claims) if isinstance(claims, list) else 0)
    return {"error": {**shown, "line": trace.line_of(error, path)}, "claims": unknown}
