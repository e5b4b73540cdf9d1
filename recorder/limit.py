"""How much may be recorded of a run: a page, unlike a file, has room for so many events only."""

import math
from dataclasses import dataclass

from recorder.clock import VirtualClock
from recorder.errors import BudgetSpent
from recorder.halt import halt


@dataclass
class Limit:
    """Ends a run that records more events, or more characters of names, texts and bodies."""

    events: float = math.inf
    characters: float = math.inf

    def take(self, clock: VirtualClock, characters: int, events: int = 0) -> None:
        """Count what is about to be recorded; end the run if it is too much."""
        self.events -= events
        self.characters -= characters
        if self.events < 0 or self.characters < 0:
            what = "events" if self.events < 0 else "text"
            halt(clock, BudgetSpent(f"more {what} than can be shown; the recording ends here"))
