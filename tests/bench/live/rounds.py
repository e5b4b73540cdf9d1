"""Contestants take turns, so that a busy moment hits all of them."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.live.contestants import OURS, Contestant
from tests.bench.live.visits import Again, Driver, Visit
from tests.bench.measuring import say


@dataclass
class Found:
    """What was measured of one contestant."""

    first: list[Visit] = field(default_factory=list)
    second: list[Visit] = field(default_factory=list)
    slow: list[Visit] = field(default_factory=list)
    again: list[Again] = field(default_factory=list)


def order(contestants: Sequence[Contestant], turn: int) -> Sequence[Contestant]:
    """Who comes first in one round comes last in the next."""
    return contestants if turn % 2 == 0 else contestants[::-1]


def _visits(driver: Driver, contestant: Contestant, found: Found) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        profile = Path(folder)
        found.first.append(driver.visit(contestant, profile))
        found.second.append(driver.visit(contestant, profile, linger=0))
        if contestant is OURS:
            found.again.append(driver.again(profile))
    first, second = found.first[-1].milliseconds, found.second[-1].milliseconds
    say(f"{contestant.name}: {first:.0f} ms, second visit {second:.0f} ms")


def alternate(
    driver: Driver, contestants: Sequence[Contestant], slow: Sequence[Contestant], rounds: int
) -> dict[Contestant, Found]:
    """Visit every contestant in each round, those in `slow` also through the slow link.

    A first visit to each is not counted: it warms the machine's caches.
    """
    found = {contestant: Found() for contestant in contestants}
    for contestant in contestants:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            driver.visit(contestant, Path(folder), linger=0)
    for turn in range(rounds):
        for contestant in order(contestants, turn):
            _visits(driver, contestant, found[contestant])
            if contestant in slow:
                visit = driver.slow_visit(contestant)
                found[contestant].slow.append(visit)
                say(f"{contestant.name}, slow link: {visit.milliseconds:.0f} ms")
    return found
