"""Measures, and tells what has changed.

`python -m evidence [PART | PART/PROBE …]` measures, `lock [NAME …]` locks environments,
`report [FILE]` compares the results with the committed ones.
"""

import argparse
import sys
from pathlib import Path

from evidence.asking import Interrupted
from evidence.environments import EnvironmentFailure, lock
from evidence.machine import Missing, prepare
from evidence.newest import declare_newest
from evidence.probes import NoSuchProbe, chosen, needs
from evidence.report import NotCommitted, report
from evidence.runner import measure
from evidence.session import Session


def main(arguments: list[str] | None = None) -> int:
    """Measure, lock or compare.

    Returns:
        0 when all worked, 1 when a probe failed (its rows stay as they were) or an answer flipped,
        2 for a bad call, 130 when it was interrupted.
    """
    given = _parser().parse_args(arguments)
    what: list[str] = given.what
    try:
        if what[:1] == ["lock"]:
            return _lock(what[1:], given.newest)
        if what[:1] == ["report"]:
            return report(Path(what[1]) if what[1:] else None)
        return _measure(what, given.again, given.install)
    except (NoSuchProbe, EnvironmentFailure, Missing, NotCommitted) as error:
        print(f"evidence: {error}", file=sys.stderr)
        return 2


def _lock(names: list[str], newest: bool) -> int:
    for name in declare_newest() if newest else []:
        lock([name])
    lock(names, newest)
    return 0


def _measure(what: list[str], again: bool, install: bool) -> int:
    probes = chosen(what)
    prepare((program for one in probes.values() for program in needs(one)), install)
    try:
        return 0 if measure(probes, Session.of(probes, again)) else 1
    except (KeyboardInterrupt, Interrupted) as error:
        print(f"interrupted ({type(error).__name__}); the same command goes on", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evidence", description=__doc__)
    parser.add_argument("what", nargs="*", help="parts or part/probe; or `lock`, or `report`")
    parser.add_argument("--again", action="store_true", help="begin anew after an interruption")
    parser.add_argument("--install", action="store_true", help="apt-get install what is missing")
    parser.add_argument("--newest", action="store_true", help="lock: the newest releases")
    return parser


if __name__ == "__main__":
    sys.exit(main())
