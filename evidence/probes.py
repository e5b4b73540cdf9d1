"""What a probe is, which there are, and what one finds when it is asked."""

import datetime
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import overload

import evidence
from evidence.rows import Finding, Row
from evidence.schema import check

Probe = Callable[[], Iterator[Finding]]


class NoSuchProbe(Exception):
    """A part or a probe that is not there; the message says which are."""


@overload
def probe(function: Probe, /) -> Probe: ...
@overload
def probe(*, watches_s: float, needs: Sequence[str] = ()) -> Callable[[Probe], Probe]: ...
def probe(
    function: Probe | None = None, /, *, watches_s: float = 0, needs: Sequence[str] = ()
) -> Probe | Callable[[Probe], Probe]:
    """Mark a function of a part as a probe: it measures, and yields findings.

    `watches_s` is how many seconds it takes on a calm machine, rather too many than too few; far
    more than that is taken for a hang. `needs` names the programs
    of the system that it starts, keys of `machine.PROGRAMS`.
    """

    def mark(marked: Probe) -> Probe:
        vars(marked).update(is_probe=True, watches_s=watches_s, needs=tuple(needs))
        return marked

    return mark(function) if function else mark


def watches_s(one: Probe) -> float:
    """The seconds that a probe takes, as it says; 0 if it doesn't say."""
    return float(getattr(one, "watches_s", 0))


def needs(one: Probe) -> tuple[str, ...]:
    """The programs of the system that a probe starts, as it says."""
    found: tuple[str, ...] = getattr(one, "needs", ())
    return found


def parts() -> dict[str, dict[str, Probe]]:
    """The probes of each part, in the order in which they are written."""
    modules = [
        m.name for m in pkgutil.iter_modules(evidence.__path__) if not m.name.startswith("_")
    ]
    found = {name: probes_of(name) for name in modules}
    return {name: probes for name, probes in found.items() if probes}


def probes_of(part: str) -> dict[str, Probe]:
    """The probes of one part."""
    content = vars(importlib.import_module(f"evidence.{part}"))
    return {key: value for key, value in content.items() if getattr(value, "is_probe", False)}


def chosen(wanted: Sequence[str]) -> dict[str, Probe]:
    """The probes that are named: a part, or `part/probe`; all if none is. By `part/probe`.

    Raises:
        NoSuchProbe: one of them is not there.
    """
    every = {
        f"{part}/{name}": one for part, found in parts().items() for name, one in found.items()
    }
    known = [*dict.fromkeys(what.partition("/")[0] for what in every), *every]
    for one in wanted:
        if one not in known:
            raise NoSuchProbe(f"there is no {one!r}; there are: {', '.join(known)}")
    return {
        what: one
        for what, one in every.items()
        if not wanted or what in wanted or what.partition("/")[0] in wanted
    }


def found_by(what: str, one: Probe) -> list[Row]:
    """Ask a probe; its rows.

    Raises:
        RowError: it finds what breaks the schema.
        Exception: whatever the probe raises.
    """
    today = datetime.date.today().isoformat()
    return [
        check(Row(**asdict(finding), measured_on=today, command=command(what))) for finding in one()
    ]


def command(what: str) -> str:
    """What repeats a probe."""
    return f"python -m evidence {what}"
