"""What is told of the live sandbox: the aims, everybody's figures, and how each was set up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

from tests.bench.live.contestants import BARE, OURS, STOCK, Contestant
from tests.bench.live.rounds import Found
from tests.bench.live.visits import Again, Visit
from tests.bench.measuring import Row

LARGEST = 6.6  # MB
LONGEST = 50  # milliseconds; the browser tells of no task that is shorter


def spread(values: Sequence[float], unit: str = "s") -> str:
    """The median of some milliseconds or MB, and between what they lie.

    >>> spread([1100.0, 1000.0, 1300.0])
    '1.10 s (1.00 to 1.30)'
    """
    scale, digits = {"s": (1000, 2), "ms": (1, 1), "MB": (1, 2)}[unit]
    middle, low, high = (f"{v / scale:.{digits}f}" for v in (median(values), *_ends(values)))
    return f"{middle} {unit} ({low} to {high})"


def _ends(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def times(visits: Iterable[Visit]) -> list[float]:
    """The milliseconds of some visits."""
    return [visit.milliseconds for visit in visits]


def megabytes(visits: Iterable[Visit]) -> list[float]:
    """What some visits transferred."""
    return [visit.size / 1e6 for visit in visits]


def _against(
    what: str, ours: Sequence[float], theirs: Sequence[float], name: str, most: float
) -> Row:
    ratio = median(ours) / median(theirs)
    return Row(
        f"{what}: {ratio:.2f} times {name}",
        spread(ours),
        spread(theirs),
        f"at most {most} times",
        ratio <= most,
        f"{len(ours)} each",
    )


def aims(found: Mapping[Contestant, Found]) -> list[Row]:
    """The rows of the aims that can be told from what was measured."""
    ours, bare = found[OURS], found[BARE]
    first, second = times(bare.first), times(bare.second)
    rows = [
        _against("first visit, Run to result", times(ours.first), first, "bare `1+1`", 0.8),
        _against("second visit", times(ours.second), second, "bare `1+1`'s second", 0.4),
        *_stops(ours.again, first),
        _rerun([run for again in ours.again for run in again.runs]),
    ]
    if STOCK in found and found[STOCK].slow:
        slow, stock = (times(found[one].slow) for one in (OURS, STOCK))
        rows.insert(1, _against("first visit, 20 Mbit/s and 40 ms", slow, stock, "stock", 0.55))
    return [*rows, _bytes(found), _tasks(ours)]


def _stops(again: Sequence[Again], first: Sequence[float]) -> list[Row]:
    what, name, most = "Stop to the next result", "bare `1+1`'s first", 0.35
    return [
        _against(what, [one.stop for one in again], first, name, most),
        _against(f"{what}, of a loop in C", [one.deaf for one in again], first, name, most),
    ]


def _rerun(runs: Sequence[float]) -> Row:
    aim = "at most 20 ms"
    return Row("re-run", spread(runs, "ms"), "", aim, median(runs) <= 20, f"{len(runs)}")


def _bytes(found: Mapping[Contestant, Found]) -> Row:
    ours = megabytes(found[OURS].first)
    other = found.get(STOCK)
    told = f"{median(megabytes(other.first)):.2f} MB (stock)" if other else ""
    what, aim = "bytes of a first visit", f"at most {LARGEST} MB"
    return Row(what, f"{max(ours):.2f} MB", told, aim, max(ours) <= LARGEST, f"{len(ours)}")


def _tasks(ours: Found) -> Row:
    parts = [visit.tasks for visit in (*ours.first, *ours.second, *ours.slow)]
    parts += [again.tasks for again in ours.again]
    long = [max(tasks) for tasks in parts if any(task > LONGEST for task in tasks)]
    told = f"{max(long):.0f} ms, over it in {len(long)} visits" if long else "none"
    what, aim = "main thread's tasks of over 50 ms, from Run on", "none"
    return Row(what, told, "", aim, not long, f"{len(parts)}")


def _memory(visits: Sequence[Visit]) -> str:
    return f"{median(visit.after - visit.before for visit in visits):.0f} MB"


def _longest(found: Found) -> str:
    tasks = [max(visit.tasks, default=0) for visit in (*found.first, *found.second)]
    return f"{median(tasks):.0f} ms" if median(tasks) > LONGEST else f"under {LONGEST} ms"


COLUMNS: dict[str, Callable[[Found], str]] = {
    "first visit": lambda found: spread(times(found.first)),
    "20 Mbit/s, 40 ms": lambda found: spread(times(found.slow)) if found.slow else "",
    "second visit": lambda found: spread(times(found.second)),
    "transferred": lambda found: f"{median(megabytes(found.first)):.2f} MB",
    "memory": lambda found: _memory(found.first),
    "longest task": _longest,
}


def everybody(found: Mapping[Contestant, Found]) -> str:
    """A table with a line for each contestant."""
    lines = [f"| | {' | '.join(COLUMNS)} |", f"|---|{'---|' * len(COLUMNS)}"]
    for contestant, measured in found.items():
        cells = " | ".join(tell(measured) for tell in COLUMNS.values())
        lines.append(f"| {contestant.name} | {cells} |".replace("|  |", "| |"))
    return "\n".join(lines) + "\n"


def breakdown(visits: Sequence[Visit]) -> list[str]:
    """What the page itself measured: medians of each, milliseconds after the press of Run."""
    spans: dict[str, list[tuple[float, float]]] = {}
    for visit in visits:
        for name, start, length in visit.measures:
            spans.setdefault(name, []).append((start, start + length))
    told = []
    for name, found in spans.items():
        start, end = (median(ends) for ends in zip(*found, strict=True))
        told.append(f"{name}: {start:.0f} to {end:.0f} ms")
    return told
