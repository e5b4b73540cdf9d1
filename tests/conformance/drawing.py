"""Has Hypothesis draw so many different cases that have one answer."""

from collections import Counter
from functools import partial

from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from recorder import Story
from tests.conformance import description as d
from tests.conformance.build import build
from tests.conformance.generate import drawn_cases
from tests.conformance.judge import Expected, expected
from tests.conformance.outcome import Case
from tests.conformance.virtual import played

_LONGEST = 8.0  # virtual seconds
_AT_ONCE = 10  # Hypothesis goes on from what it had; a new start makes the cases more various


def drawn(count: int, first_seed: int) -> tuple[list[Expected], Counter[str]]:
    """Cases that the recorder has played, and how many were left out and why.

    The same numbers give the same cases.
    """
    found: list[Expected] = []
    seen: set[d.Endpoint] = set()
    left_out: Counter[str] = Counter()

    def take(drawn_case: tuple[d.App, Story]) -> None:
        app, story = drawn_case
        why = _is_old(app, seen) or _is_useless(app, story, found)
        left_out.update(why)
        assume(not why)
        seen.update(app.endpoints)

    number = first_seed * 1000
    while len(found) < count:
        number += 1
        limit = settings(
            max_examples=min(_AT_ONCE, count - len(found)),
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        seed(number)(limit(given(drawn_cases())(take)))()
    return found[:count], left_out


def _is_old(app: d.App, seen: set[d.Endpoint]) -> list[str]:
    return ["like one before"] if seen & set(app.endpoints) else []


def _is_useless(app: d.App, story: Story, found: list[Expected]) -> list[str]:
    case = Case(repr(app), partial(build, app), story)
    plain = played(case)
    if plain.end > _LONGEST:
        return ["too long"]
    item = expected(case, plain)
    if item.is_fragile:
        return ["a tie decides"]
    found.append(item)
    return []
