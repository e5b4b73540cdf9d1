"""What jobs have marked: the lines that they append to marks.txt, "<epoch s> <what> <name>"."""

from dataclasses import dataclass
from pathlib import Path

from evidence.processes import ProbeError, happens, until


@dataclass(frozen=True)
class Marked:
    """A folder in which jobs or tasks leave their marks."""

    folder: Path

    def marks(self, what: str) -> list[float]:
        """When, in seconds since the epoch, jobs or tasks marked something ("started job")."""
        return [float(line.partition(" ")[0]) for line in self._lines(f" {what}")]

    def finishes(self, name: str, within_s: float) -> bool:
        """Whether a job or a task ends within some seconds."""
        return happens(lambda: self.marks(f"finished {name}"), within_s)

    def await_marks(self, what: str, count: int = 1, within_s: float = 30) -> float:
        """Wait until something was marked so many times; when it was, the last time.

        Raises:
            ProbeError: it was not in time.
        """
        until(lambda: len(self.marks(what)) >= count, within_s, f"mark {what!r} number {count}")
        return self.marks(what)[count - 1]

    def at_once(self, name: str) -> int:
        """The greatest number of jobs of a name that were between their start and their end."""
        changes = [(at, 1) for at in self.marks(f"started {name}")]
        changes += [(at, -1) for at in self.marks(f"finished {name}")]
        running, most = 0, 0
        for _, change in sorted(changes):
            running += change
            most = max(most, running)
        return most

    def process_of(self, name: str) -> int:
        """The process in which a job of that name began last, by its mark "in-<id> <name>".

        Raises:
            ProbeError: none has begun.
        """
        found = [line.split(" ")[1] for line in self._lines(f" {name}") if " in-" in line]
        if not found:
            raise ProbeError(f"no job {name!r} has begun")
        return int(found[-1].removeprefix("in-"))

    def _lines(self, ending: str) -> list[str]:
        path = self.folder / "marks.txt"
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
        return [line for line in lines if line.endswith(ending)]
