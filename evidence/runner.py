"""`make evidence`: asks one probe after the other, tells what changed, and writes the results."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from evidence.asking import ask, stopped_by_signals
from evidence.changes import Change, changes
from evidence.probes import Probe, command, watches_s
from evidence.processes import ProbeError
from evidence.rows import FOLDER, Row, load, written
from evidence.session import Outcome, Session

Ask = Callable[[str, Probe], list[Row]]


def measure(probes: Mapping[str, Probe], session: Session, ask: Ask = ask) -> bool:
    """Ask probes, given by `part/probe`, and write what each found; whether all of them worked.

    Those that the session has seen to work are left out. The rows of a probe that fails, or is not
    asked, stay as they are.
    """
    waiting = [what for what in probes if not session.done(what)]
    if len(waiting) < len(probes):
        done = len(probes) - len(waiting)
        print(f"going on where it stopped: {done} of {len(probes)} are done (--again: anew)")
    with stopped_by_signals():
        for what in waiting:
            left_s = sum(watches_s(probes[one]) for one in waiting[waiting.index(what) :])
            number = list(probes).index(what) + 1
            print(f"{number}/{len(probes)} {what}: {_takes(probes[what], left_s)}", flush=True)
            session.note(what, _outcome(what, probes[what], ask))
    print("\n".join(summary(session)), flush=True)
    session.close()
    return not any(outcome.failed for outcome in session.outcomes.values())


def _takes(one: Probe, left_s: float) -> str:
    own = f"about {_time(watches_s(one))}" if watches_s(one) else "for how long, it doesn't say"
    return f"{own}; {_time(left_s)} to the end"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _outcome(what: str, one: Probe, ask: Ask) -> Outcome:
    began = time.monotonic()
    try:
        rows = ask(what, one)
    except ProbeError as error:  # the others are asked all the same
        print(f"  failed: {error}", flush=True)
        return Outcome(took_s=time.monotonic() - began, failed=str(error))
    took_s = time.monotonic() - began
    print(f"  {len(rows)} rows in {took_s:.0f} s", flush=True)
    different = _replace(FOLDER / f"{what.partition('/')[0]}.json", rows, command(what))
    return Outcome(len(rows), took_s, [str(one) for one in different if one.flipped])


def _replace(path: Path, rows: list[Row], made_by: str) -> list[Change]:
    """Put rows in the place of those that the same command made before; what is different."""
    old = load(path)  # only now: a probe takes minutes, and another run may have written meanwhile
    fresh = [row for row in old if row.command != made_by] + rows
    different = list(changes(old, fresh))
    print("\n".join(f"  {line}" for line in different) or "  nothing changed", flush=True)
    path.write_text(written(fresh), "utf-8")
    return different


def summary(session: Session) -> Iterator[str]:
    """How it went: rows, time, the answers that flipped, and what failed."""
    outcomes = session.outcomes.values()
    rows, took_s = sum(one.rows for one in outcomes), sum(one.took_s for one in outcomes)
    flipped = [line for one in outcomes for line in one.flipped]
    yield f"{rows} rows of {len(outcomes)} probes in {_time(took_s)}"
    yield f"answers that flipped: {len(flipped)}"
    yield from (f"  {line}" for line in flipped)
    for what, one in session.outcomes.items():
        if one.failed:
            yield f"  failed: {what}: {one.failed.strip().splitlines()[-1]}"
