"""The unit of each number in a row's result: its key says it.

`exit_after_s` is in seconds, `p99_ms` in milliseconds, `connections_at_task_start` counts
connections. `task_s` was given to the probe: it is no measurement.
"""

import re

SECONDS = {"s": 1.0, "ms": 0.001}
# What is counted, or a number that has no unit and is known by this name everywhere.
COUNTED = {
    *("attempts", "bytes", "calls", "children", "connections", "count", "failures", "jobs"),
    *("kills", "lines", "messages", "percent", "processes", "releases", "requests", "responses"),
    *("retries", "rows", "runs", "starts", "status", "tasks", "threads", "times", "tries"),
    *("users", "workers"),
}
# Pages cite these, so they keep the names that they have: a code of a program, a count of starts,
# and two of the recorder's virtual seconds.
KEPT = {"exit_code": "", "came_back": "", "response_at": "s", "dependency_closed_at": "s"}
# What is given has a time's unit, too. `default` is what a program says of itself.
_GIVEN = re.compile(
    r"(^|_)(watched|task|job|response|grace|timeout|timeout_graceful_shutdown|limit|interval|"
    r"countdown|delay|down|period|ttl|given)_m?s$"
)


def unit(key: str) -> str | None:
    """The unit of a number: "s", "ms", or "" for a count; None if its key tells none."""
    if key in KEPT:
        return KEPT[key]
    words = key.split("_")
    if words[-1] in SECONDS:
        return words[-1]
    return "" if COUNTED & set(words) else None


def seconds_in(key: str) -> float:
    """How many seconds one of a time's unit is; 0 if the key names no time."""
    return SECONDS.get(unit(key) or "", 0.0)


def is_given(key: str) -> bool:
    """Whether a key names a time that the probe was given, rather than measured."""
    return bool(_GIVEN.search(key)) and not key.startswith("default_")


def is_told(key: str) -> bool:
    """Whether a time is what a program says of itself: one value, and an answer all the same."""
    return key.startswith("default_") or key in KEPT
