"""Real time told in virtual seconds."""

import asyncio
import time
from dataclasses import dataclass


@dataclass
class Clock:
    """Real time told in virtual seconds: one of them takes `scale` real ones."""

    start: float
    scale: float

    def now(self) -> float:
        """The virtual second."""
        return (time.monotonic() - self.start) / self.scale

    async def until(self, moment: float) -> None:
        """Wait for a virtual second."""
        await asyncio.sleep(max(0.0, (moment - self.now()) * self.scale))
