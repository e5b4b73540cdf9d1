"""What `python -m evidence` has done so far, so that it goes on after an interruption.

A session is one choice of probes on one day, with one state of the code. Its file lies in .cache
until all of its probes have worked.
"""

import datetime
import hashlib
import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".cache" / "evidence-sessions"
# What decides what a probe finds; results are left out, since each probe changes them.
_CODE = ("evidence", "recorder", "snippets", "requirements.txt")


@dataclass
class Outcome:
    """How it went with one probe: its rows, or why there are none."""

    rows: int = 0
    took_s: float = 0
    flipped: list[str] = field(default_factory=list)
    failed: str = ""


@dataclass
class Session:
    """The outcomes of one choice of probes, by `part/probe`."""

    path: Path
    key: str
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    @classmethod
    def of(cls, chosen: Iterable[str], again: bool = False, folder: Path | None = None) -> Self:
        """The session that was interrupted today, or a new one; `again` begins anew."""
        name = hashlib.sha256(" ".join(chosen).encode()).hexdigest()[:16]
        found = cls((folder or FOLDER) / f"{name}.json", _key())
        if not again and found.path.is_file():
            kept = json.loads(found.path.read_text("utf-8"))
            if kept["key"] == found.key:
                outcomes = kept["outcomes"].items()
                found.outcomes = {what: Outcome(**one) for what, one in outcomes}
        return found

    def done(self, what: str) -> bool:
        """Whether a probe has worked in this session."""
        return what in self.outcomes and not self.outcomes[what].failed

    def note(self, what: str, outcome: Outcome) -> None:
        """Keep how it went with a probe."""
        self.outcomes[what] = outcome
        self.path.parent.mkdir(parents=True, exist_ok=True)
        outcomes = {name: asdict(one) for name, one in self.outcomes.items()}
        self.path.write_text(json.dumps({"key": self.key, "outcomes": outcomes}), "utf-8")

    def close(self) -> None:
        """Forget it, if all that it did has worked: the next call begins anew."""
        if not any(one.failed for one in self.outcomes.values()):
            self.path.unlink(missing_ok=True)


def _key() -> str:
    digest = hashlib.sha256()
    for path in sorted(_files()):
        digest.update(f"{path}\0".encode())
        digest.update(path.read_bytes())
    return f"{datetime.date.today().isoformat()} {_commit()} {digest.hexdigest()}"


def _files() -> Iterator[Path]:
    for name in _CODE:
        found = (ROOT / name).rglob("*") if (ROOT / name).is_dir() else [ROOT / name]
        for path in found:
            if path.is_file() and not {"results", "__pycache__"} & set(path.parts):
                yield path


def _commit() -> str:
    command = ["git", "rev-parse", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
