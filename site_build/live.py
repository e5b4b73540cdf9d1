"""What makes a listing a sandbox: what it plays, the bar with its button, and what it cannot do."""

import functools
import json
import re
from html import escape
from pathlib import Path
from typing import Any

from site_build.invariants import invariant_of
from site_build.page import current
from site_build.payload.packages import locked
from site_build.recordings import recording, time_scale, told_js
from site_build.snippets import ROOT, Snippet

# Real seconds that a run may take before it is stopped: somebody is waiting for it. Where code is
# interpreted and the machine is busy, the import of SQLAlchemy alone takes more than five.
BUDGET = 15
_LIMITS = Path(__file__).parent / "limits"


def told(found: Snippet) -> dict[str, Any]:
    """The story of a listing as the recorder takes it, with a reader's patience."""
    if not found.is_python:
        return {**told_js(found), "budget": BUDGET}
    return {"requests": found.meta.get("requests", found.story.get("requests")), "budget": BUDGET}


def attributes(found: Snippet, title: str) -> str:
    """What the page's script needs to play a listing and to compare what it gets; none if not live.

    Raises:
        SnippetError: the snippet cannot be played.
    """
    if not found.is_live:
        return ""
    values = {
        "story": json.dumps(told(found), ensure_ascii=False, separators=(",", ":")),
        "until": str(time_scale(found)),
        "title": title,
        "file": str(found.path.relative_to(ROOT)),
        "recording": recording(found.id).digest(),
        "needs": "stacks" if found.needs_stacks else "",
        **_promised(found),
    }
    # In single quotes JSON stays short, and can be read in the page.
    return "".join(f" data-{key}='{_quoted(text)}'" for key, text in values.items() if text)


def _promised(found: Snippet) -> dict[str, str]:
    """What is promised of a run, in words and as an expression, and the other one of the pair."""
    invariant = invariant_of(found)
    if invariant is None:
        return {}
    says, pair = invariant.says[current.language], invariant.pair(found)
    return {"holds": invariant.expression, "says": says, "pair": pair}


def _quoted(text: str) -> str:
    return escape(text, quote=False).replace("'", "&#39;")


def bar(how: str) -> str:
    """The line between a live listing and its timeline: room for Run, and what the picture shows.

    The room is there from the start, so that nothing moves when the script puts the button in.
    """
    return f'<div class="run-bar"><p data-part="status">{how}</p></div>'


def limits(root: str) -> str:
    """What a sandbox cannot do, in the language of the page at hand; `root` leads to the site's."""
    text = (_LIMITS / f"{current.language}.html").read_text("utf-8")
    declared = json.loads((ROOT / "package.json").read_text("utf-8"))
    values = {name: declared["dependencies"][name].lstrip("^") for name in ("express", "pyodide")}
    values["packages"] = _packages()
    return text.format(budget=BUDGET, root=root, **values)


@functools.cache
def _packages() -> str:
    pins = re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)", locked(), re.M)
    return ", ".join(f"<code>{name} {version}</code>" for name, version in pins)
