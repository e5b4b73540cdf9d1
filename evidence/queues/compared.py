"""The probes of the comparison: for each library one of each group of scenarios.

They are made here and not written one by one, so that a library is added by its two files alone.
"""

from collections.abc import Iterator
from functools import partial

from evidence.probes import Probe, probe
from evidence.queues import costs, kills, restarts, stops, times
from evidence.queues.libraries import Library, libraries
from evidence.queues.scenarios import SCENARIOS, cases, played, takes_s
from evidence.rows import Finding

GROUPS = {"kills": kills, "stops": stops, "restarts": restarts, "times": times, "costs": costs}
PROGRAMS = {"redis": "redis-server", "postgres": "postgres"}  # what a broker is on a machine


def probes() -> dict[str, Probe]:
    """Each library's probes, by name: `kills_celery` and so on."""
    return {
        f"{group}_{library.id.replace('-', '_')}": _probe(library, group)
        for library in libraries().values()
        for group in GROUPS
        if cases(library, _scenarios(group))
    }


def _probe(library: Library, group: str) -> Probe:
    marked = probe(partial(_measured, library, group))
    program = PROGRAMS.get(library.broker)
    takes = takes_s(cases(library, _scenarios(group)))
    vars(marked).update(watches_s=takes, needs=(program,) if program else ())
    return marked


def _scenarios(group: str) -> list[str]:
    """The ids of the scenarios of a module, in the order in which they are written."""
    return [s.id for s in SCENARIOS.values() if s.play.__module__ == GROUPS[group].__name__]


def _measured(library: Library, group: str) -> Iterator[Finding]:
    yield from played(cases(library, _scenarios(group)))
