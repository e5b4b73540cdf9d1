"""In the browser's Python, where threads are suspended stacks, each run is the same as here."""

import json
import re
from dataclasses import asdict
from typing import Any

import pytest

from recorder import Timeline, load_story
from site_build.payload.packages import locked, wheels
from site_build.recordings import recording
from site_build.snippets import names, snippet, variants
from tests.recorder.in_node import in_node, job

pytestmark = pytest.mark.verify

# These need what Python in the browser lacks.
LACKING = {
    "db_session_lifetime/right_async": "greenlet, on which SQLAlchemy's asyncio rests",
    "db_session_lifetime/wrong_async": "greenlet, on which SQLAlchemy's asyncio rests",
}
LIVE = [
    found.id
    for name in names()
    for variant in variants(name)
    if not (found := snippet(f"{name}/{variant}")).is_measured
    and found.path.suffix == ".py"
    and found.id not in LACKING
]


def played(*snippet_ids: str) -> dict[str, Any]:
    """What the browser's Python tells of snippets, played one after the other."""
    jobs = [
        job(snippet(one).code, story=asdict(load_story(snippet(one).path.parent / "story.toml", v)))
        for one in snippet_ids
        for v in [snippet(one).path.stem]
    ]
    told = map(json.loads, in_node([{"play": one} for one in jobs]))
    return dict(zip(snippet_ids, told, strict=True))


@pytest.fixture(scope="module")
def recordings() -> dict[str, Any]:
    """All live snippets, played in one interpreter."""
    return played(*LIVE)


@pytest.mark.parametrize("snippet_id", LIVE)
def test_a_live_snippet_has_the_same_recording(recordings, snippet_id: str) -> None:
    told = recordings[snippet_id]
    assert (told["error"], told["missing"], told["threads"]) == (None, [], "stacks")
    found = Timeline.from_json(json.dumps(told["recording"]))
    assert essence(found) == essence(recording(snippet_id))
    assert told["digest"] == recording(snippet_id).digest()


def essence(timeline: Timeline) -> Any:
    """What makes two recordings equal."""
    events = [(e.at, e.kind, e.visitor, e.name) for e in timeline.events]
    return events, [(answer.status, answer.body) for answer in timeline.responses]


def test_what_is_not_live_there_really_cannot_be(recordings) -> None:
    for told in played(*LACKING).values():
        assert "does not import" in told["error"]["message"]


def test_its_packages_are_those_of_the_lock() -> None:
    pins = dict(re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)", locked(), re.M))
    files = {tuple(path.name.split("-")[:2]) for path in wheels().glob("*.whl")}
    assert {(name.replace("-", "_"), version) for name, version in pins.items()} == files
