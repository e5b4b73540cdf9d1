"""In the browser's Python, each run of a live snippet is the same as here."""

import json
import re
from dataclasses import asdict
from typing import Any

import pytest

from recorder import Timeline, load_story
from site_build.payload.packages import locked, wheels
from site_build.recordings import recording
from site_build.snippets import Snippet, names, snippet, variants
from tests.recorder.in_node import essence, in_node, job
from tests.steady import steady

pytestmark = pytest.mark.verify

LIVE = [
    found
    for name in names()
    for variant in variants(name)
    if (found := snippet(f"{name}/{variant}")).is_live and found.is_python
]
ROUNDS = 20
OBJECTS = {"python": "import gc; gc.collect(); result = str(len(gc.get_objects()))"}


def steps() -> list[dict[str, Any]]:
    """One round of all live snippets."""
    stories = [load_story(found.path.parent / "story.toml", found.variant) for found in LIVE]
    return [
        {"play": job(found.code, story=asdict(story))}
        for found, story in zip(LIVE, stories, strict=True)
    ]


@pytest.fixture(scope="module")
def rounds() -> list[list[str]]:
    """What is told of each, round after round in one interpreter, and at the end of each what is
    left: Python's objects, and what JavaScript holds.
    """
    every = [*steps(), OBJECTS, {"measure": True}]
    told = in_node(every * ROUNDS)
    return [told[n : n + len(every)] for n in range(0, len(told), len(every))]


@pytest.fixture(scope="module")
def inline() -> list[str]:
    """What is told of each, where no thread can be suspended."""
    return in_node(steps(), can_suspend=False)


@pytest.mark.parametrize(
    ("number", "found"), list(enumerate(LIVE)), ids=[found.id for found in LIVE]
)
def test_a_live_snippet_has_the_same_recording(
    rounds: list[list[str]], number: int, found: Snippet
) -> None:
    told = json.loads(rounds[0][number])
    assert (told["error"], told["missing"], told["threads"]) == (None, [], "stacks")
    timeline = Timeline.from_json(json.dumps(told["recording"]))
    assert essence(timeline) == essence(recording(found.id))
    assert told["digest"] == recording(found.id).digest()


def test_a_recording_is_the_same_in_each_of_many_runs(rounds: list[list[str]]) -> None:
    first, *others = ([steady(told) for told in round_[: len(LIVE)]] for round_ in rounds)
    for other in others:
        assert other == first


def test_nothing_is_left_of_a_run(rounds: list[list[str]]) -> None:
    early, late = rounds[ROUNDS // 2], rounds[-1]
    runs = len(LIVE) * (ROUNDS // 2 - 1)
    assert int(late[-2]) - int(early[-2]) < runs  # FastAPI keeps hundreds of each, if it may
    assert json.loads(late[-1]) == json.loads(early[-1])


@pytest.mark.parametrize(
    ("number", "found"), list(enumerate(LIVE)), ids=[found.id for found in LIVE]
)
def test_where_no_thread_can_be_suspended_the_recording_is_the_same_or_the_story_says_so(
    inline: list[str], number: int, found: Snippet
) -> None:
    told = json.loads(inline[number])
    assert told["threads"] == "inline"
    is_equal = told["error"] is None and told["digest"] == recording(found.id).digest()
    advice = "remove it" if is_equal else "write it"
    assert is_equal != found.needs_stacks, (
        f'{found.name}/story.toml, [{found.variant}]: {advice}: needs = "stacks"; {told["error"]}'
    )


def test_its_packages_are_those_of_the_lock() -> None:
    pins = dict(re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)", locked(), re.M))
    files = {tuple(path.name.split("-")[:2]) for path in wheels().glob("*.whl")}
    assert {(name.replace("-", "_"), version) for name, version in pins.items()} == files
