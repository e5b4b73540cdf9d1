"""Several runs of one experiment, and what they have in common."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from evidence.processes import ProbeError

Result = TypeVar("Result")
Case = TypeVar("Case")


def repeat(run: Callable[[], Result], times: int, at_once: int = 1) -> list[Result]:
    """What several runs give; they are independent, so they may run side by side."""
    with ThreadPoolExecutor(at_once) as pool:
        return [one.result() for one in [pool.submit(run) for _ in range(times)]]


def each(
    run: Callable[[Case], Result], cases: Iterable[Case], times: int, at_once: int
) -> dict[Case, list[Result]]:
    """What several runs of each case give, all side by side, so many at once.

    The first run that fails ends the rest: those that have not begun never do.
    """
    with ThreadPoolExecutor(at_once) as pool:
        started = {case: [pool.submit(run, case) for _ in range(times)] for case in cases}
        try:
            return {case: [one.result() for one in runs] for case, runs in started.items()}
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def same(values: list[Result], what: str = "") -> Result:
    """The one value of all runs.

    Raises:
        ProbeError: the runs do not agree, so no single statement is true.
    """
    if any(value != values[0] for value in values):
        raise ProbeError(f"the runs do not agree: {what}{': ' if what else ''}{values}")
    return values[0]


def agreed(values: list[bool]) -> bool | str:
    """The one truth of all runs, or in how many it was one: "in 2 of 3 runs"."""
    yes = sum(values)
    return bool(yes) if yes in (0, len(values)) else f"in {yes} of {len(values)} runs"


def seconds(values: list[float]) -> list[float]:
    """Measured seconds as they are written: to the hundredth."""
    return [round(value, 2) for value in values]
