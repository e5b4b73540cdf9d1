"""Plays cases on both sides, and says where the recorder and a real server disagree."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from tests.conformance.compare import differences, is_fragile
from tests.conformance.outcome import Case, Outcome
from tests.conformance.real import served, with_servers
from tests.conformance.serve import Server
from tests.conformance.virtual import played

# Real seconds for a virtual one, at each try: a loaded machine hiccups.
_SCALES = (0.5, 0.5, 1.0, 2.0)
_LATE_RUNS = 5
_SERVERS = 6


@dataclass
class Expected:
    """A case, and what the recorder says of it: as it stands, and with everything a bit late."""

    case: Case
    virtual: Outcome
    late: list[Outcome]

    @property
    def is_fragile(self) -> bool:
        """Whether milliseconds decide what happens."""
        return is_fragile(self.virtual, self.late)


@dataclass
class Verdict:
    """How the tries went: each is what differed."""

    case: Case
    tries: list[list[str]] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether the last try showed no difference."""
        return bool(self.tries) and not self.tries[-1]

    def __str__(self) -> str:
        """What differed, and what makes the case again."""
        lines = "\n".join(f"    {line}" for line in self.tries[-1])
        return f"{self.case.name}\n  {self.case.story}\n{lines}"


def expected(case: Case, plain: Outcome | None = None) -> Expected:
    """What the recorder says of a case, which it may have played without jitter already."""
    late = [played(case, jitter=number) for number in range(_LATE_RUNS)]
    return Expected(case, plain or played(case), late)


def judged(cases: Iterable[Expected], scales: tuple[float, ...] = _SCALES) -> list[Verdict]:
    """Serve each case, several at once, until it agrees or has differed at each scale."""
    verdicts = []

    async def judge(item: Expected, server: Server, verdict: Verdict) -> None:
        for scale in scales[len(verdict.tries) :]:
            verdict.tries.append(["the server has broken down"])
            real = await served(item.case, server, scale, item.virtual)
            story = item.case.story
            verdict.tries[-1] = differences(real, item.virtual, item.late, story)
            if verdict.agrees:
                return

    def job(item: Expected) -> Callable[[Server], Awaitable[None]]:
        verdict = Verdict(item.case)
        verdicts.append(verdict)
        return lambda server: judge(item, server, verdict)

    asyncio.run(with_servers([job(item) for item in cases], _SERVERS))
    return verdicts
