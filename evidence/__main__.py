"""`python -m evidence [PART | PART/PROBE …]` measures; `python -m evidence lock [NAME …]` locks."""

import argparse
import sys

from evidence.environments import EnvironmentFailure, lock
from evidence.probes import NoSuchProbe, chosen, measure


def main(arguments: list[str] | None = None) -> int:
    """Measure, or remake locks.

    Returns:
        0 when all worked, 1 when a probe failed (its rows stay as they were), 2 for a bad call.
    """
    parser = argparse.ArgumentParser(prog="python -m evidence", description=__doc__)
    parser.add_argument("what", nargs="*", help="parts or part/probe; or `lock`, then environments")
    what: list[str] = parser.parse_args(arguments).what
    try:
        if what[:1] == ["lock"]:
            lock(what[1:])
            return 0
        worked = [measure(part, probes) for part, probes in chosen(what).items()]
        return 0 if all(worked) else 1
    except (NoSuchProbe, EnvironmentFailure) as error:
        print(f"evidence: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
