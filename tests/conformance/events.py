"""Compares the recorder's events with what the app itself logs in the same run."""

import re
from collections import defaultdict
from collections.abc import Iterator

from recorder import Event
from tests.conformance.outcome import LOOP, Outcome, Said

_TASK = re.compile(r"(need[\d/]+ )?task\d+(\+\d+)*")
_ENDS = {"end": "task.finished", "CancelledError": "task.cancelled"}


def misnoted(outcome: Outcome) -> list[str]:
    """Where the events of tasks and dependencies are not what these say of themselves."""
    lines: dict[str, list[Said]] = defaultdict(list)
    for line in outcome.said:
        lines[line.doer].append(line)
    events = [event for event in outcome.events if _is_told(event)]
    found = [text for event in events for text in _of_event(event, lines)]
    noted = {f"{event.visitor} {event.name}" for event in events if event.kind == "task.started"}
    said = {doer for doer in lines if _TASK.fullmatch(doer.partition(" ")[2])}
    return [*found, *(f"{doer}: not noted" for doer in said - noted)]


def _is_told(event: Event) -> bool:
    is_task = event.kind.startswith("task.") and _TASK.fullmatch(event.name)
    return bool(is_task) or event.kind in ("dependency.opened", "dependency.closed")


def _of_event(event: Event, lines: dict[str, list[Said]]) -> Iterator[str]:
    doer = f"{event.visitor} {event.name}"
    mine = lines.get(f"{doer} exit" if event.kind == "dependency.closed" else doer, [])
    if event.kind == "task.skipped" or not mine:
        if bool(mine) == (event.kind == "task.skipped"):
            yield f"{doer}: {event.kind}, and it says {mine}"
        return
    begins = event.kind == "task.started"
    line = mine[0] if begins else mine[-1]
    # A thread is asked for by the event loop, and its end told to it: a blocked one lets it wait.
    waited = line.thread != LOOP and (event.at < line.at if begins else event.at > line.at)
    if event.at != line.at and not waited:
        yield f"{doer}: {event.kind} at {event.at}, and it says {line}"
    ending = _ENDS.get(line.label.rpartition(" ")[2], "task.failed")
    if event.kind in ("task.finished", "task.failed", "task.cancelled") and event.kind != ending:
        yield f"{doer}: {event.kind}, and it says {line}"
