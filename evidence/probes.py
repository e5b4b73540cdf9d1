"""Runs the probes of a part, shows what changed, and writes the results."""

import datetime
import importlib
import pkgutil
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import evidence
from evidence.environments import EnvironmentFailure
from evidence.processes import ProbeError
from evidence.rows import FOLDER, Finding, Row, load, written
from evidence.schema import RowError, check

Probe = Callable[[], Iterator[Finding]]


class NoSuchProbe(Exception):
    """A part or a probe that is not there; the message says which are."""


def probe(function: Probe) -> Probe:
    """Mark a function of a part as a probe: it measures, and yields findings."""
    function.is_probe = True  # type: ignore[attr-defined]
    return function


def parts() -> dict[str, dict[str, Probe]]:
    """The probes of each part, in the order in which they are written."""
    modules = [
        m.name for m in pkgutil.iter_modules(evidence.__path__) if not m.name.startswith("_")
    ]
    found = {name: _probes(name) for name in modules}
    return {name: probes for name, probes in found.items() if probes}


def _probes(name: str) -> dict[str, Probe]:
    content = vars(importlib.import_module(f"evidence.{name}"))
    return {key: value for key, value in content.items() if getattr(value, "is_probe", False)}


def chosen(wanted: list[str]) -> dict[str, dict[str, Probe]]:
    """The probes that are named: a part, or `part/probe`; all if none is.

    Raises:
        NoSuchProbe: one of them is not there.
    """
    every = parts()
    found: dict[str, dict[str, Probe]] = {}
    for one in wanted or every:
        part, _, name = one.partition("/")
        probes = every.get(part, {})
        if not probes or (name and name not in probes):
            known = [f"{part}/{name}" for part in every for name in every[part]]
            raise NoSuchProbe(f"there is no {one!r}; there are: {', '.join([*every, *known])}")
        found.setdefault(part, {}).update({name: probes[name]} if name else probes)
    return found


def measure(part: str, probes: dict[str, Probe]) -> bool:
    """Run probes, one after another, and write what each found; whether all of them worked.

    The rows of a probe that fails, or is not run, stay as they are.
    """
    good = True
    for number, (name, one) in enumerate(probes.items(), 1):
        print(f"{part} {number}/{len(probes)} {name}", flush=True)
        began = time.monotonic()
        try:
            rows = [_row(found, f"{part}/{name}") for found in one()]
        except Exception as error:  # the others are measured all the same
            known = isinstance(error, ProbeError | EnvironmentFailure | RowError)
            what = error if known else traceback.format_exc()
            print(f"  failed: {what}", flush=True)
            good = False
            continue
        print(f"  {len(rows)} rows in {time.monotonic() - began:.0f} s", flush=True)
        _replace(FOLDER / f"{part}.json", rows, _command(f"{part}/{name}"))
    return good


def _replace(path: Path, rows: list[Row], command: str) -> None:
    """Put rows in the place of those that the same command made before."""
    old = load(path)  # only now: a probe takes minutes, and another run may have written meanwhile
    fresh = [row for row in old if row.command != command] + rows
    print("\n".join(f"  {line}" for line in changes(old, fresh)) or "  nothing changed", flush=True)
    path.write_text(written(fresh), "utf-8")


def _command(what: str) -> str:
    return f"python -m evidence {what}"


def _row(found: Finding, what: str) -> Row:
    today = datetime.date.today().isoformat()
    return check(Row(**asdict(found), measured_on=today, command=_command(what)))


def changes(old: list[Row], new: list[Row]) -> Iterator[str]:
    """What is different, one line for each value; the day alone is no difference."""
    before, after = ({row.id: row for row in rows} for rows in (old, new))
    for row_id in sorted(before.keys() | after.keys()):
        if row_id not in after:
            yield f"- {row_id}"
        elif row_id not in before:
            yield f"+ {row_id}: {_short(after[row_id].result)}"
        else:
            yield from _values(before[row_id], after[row_id])


def _values(old: Row, new: Row) -> Iterator[str]:
    for name in ("result", "versions"):
        before, after = getattr(old, name), getattr(new, name)
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                yield f"~ {new.id}: {key} {_short(before.get(key))} → {_short(after.get(key))}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}…"
