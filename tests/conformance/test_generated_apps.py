"""Apps that Hypothesis makes up are served by uvicorn as the recorder says.

CONFORMANCE_EXAMPLES and CONFORMANCE_SEED ask for more of them, and for others.
"""

import functools
import os
from collections import Counter
from dataclasses import is_dataclass
from typing import Literal, get_args, get_origin, get_type_hints

from tests.conformance import description
from tests.conformance.drawing import drawn
from tests.conformance.events import misnoted
from tests.conformance.judge import Expected, judged

_EXAMPLES = int(os.environ.get("CONFORMANCE_EXAMPLES", "25"))
_SEED = int(os.environ.get("CONFORMANCE_SEED", "1"))


@functools.cache
def sample() -> tuple[list[Expected], Counter[str]]:
    """The cases, and why others were left out."""
    return drawn(_EXAMPLES, _SEED)


def test_uvicorn_serves_generated_apps_as_the_recorder_plays_them() -> None:
    cases, left_out = sample()
    verdicts = judged(cases)
    differing = [str(verdict) for verdict in verdicts if not verdict.agrees]
    at_once = sum(len(verdict.tries) == 1 for verdict in verdicts)
    print(f"{len(verdicts)} apps, {at_once} agreed at once, {len(differing)} differ; {left_out}")
    assert not differing, "\n".join(differing)


def test_the_sample_has_something_of_everything() -> None:
    apps = " ".join(case.case.name for case in sample()[0])
    kinds = [kind for kind in vars(description).values() if is_dataclass(kind)]
    values = [
        f"{name}={value!r}"
        for kind in kinds
        for name, hint in get_type_hints(kind).items()
        if get_origin(hint) is Literal
        for value in get_args(hint)
    ]
    named = [f"{kind.__name__}(" for kind in kinds if isinstance(kind, type)]
    assert [text for text in named + values if text not in apps] == []


def test_events_of_generated_apps_are_what_these_say_of_themselves() -> None:
    wrong = {case.case.name: misnoted(case.virtual) for case in sample()[0]}
    assert {name: lines for name, lines in wrong.items() if lines} == {}
