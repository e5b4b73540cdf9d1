"""In the browser's Python, where threads are suspended stacks, each run is the same as here."""

import json
import re
import subprocess
from typing import Any

import pytest

from recorder import Timeline
from site_build.payload.packages import locked, wheels
from site_build.recordings import node, recording
from site_build.snippets import ROOT, names, snippet, variants

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


def played(*files: str) -> dict[str, str]:
    """The recordings of files, by their paths, as Pyodide plays them in Node."""
    program = ROOT / "tests/recorder/pyodide.mjs"
    command = [node(), "--experimental-wasm-jspi", program, wheels(), ROOT, *files]
    done = subprocess.run(
        list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, str] = json.loads(done.stdout)
    return found


def essence(timeline: Timeline) -> Any:
    """What makes two recordings equal."""
    events = [(e.at, e.kind, e.visitor, e.name) for e in timeline.events]
    return events, [(answer.status, answer.body) for answer in timeline.responses]


@pytest.fixture(scope="module")
def recordings() -> dict[str, str]:
    """All live snippets, played in one interpreter one after the other."""
    return played(*(f"snippets/{snippet_id}.py" for snippet_id in LIVE))


@pytest.mark.parametrize("snippet_id", LIVE)
def test_a_live_snippet_has_the_same_recording(recordings, snippet_id: str) -> None:
    found = recordings[f"snippets/{snippet_id}.py"]
    assert found.startswith('{"format"'), found[-1500:]
    assert essence(Timeline.from_json(found)) == essence(recording(snippet_id))


def test_what_is_not_live_there_really_cannot_be(recordings) -> None:
    for found in played(*(f"snippets/{one}.py" for one in LACKING)).values():
        assert "does not import" in found


def test_its_packages_are_those_of_the_lock() -> None:
    pins = dict(re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)", locked(), re.M))
    found = {tuple(path.name.split("-")[:2]) for path in wheels().glob("*.whl")}
    assert {(name.replace("-", "_"), version) for name, version in pins.items()} == found
