"""Asks one probe in a process of its own: `python -m evidence.one PART/PROBE`.

The last line of what it prints begins with MARK; the rest is JSON: the rows, or why there are none.
"""

import json
import sys
import traceback
from dataclasses import asdict
from typing import Any

from evidence.environments import EnvironmentFailure
from evidence.probes import Probe, found_by, probes_of
from evidence.processes import ProbeError
from evidence.schema import RowError

MARK = "\x1e"


def tell(what: str, one: Probe) -> None:
    """Ask a probe, and print the line that the runner reads."""
    print(MARK + json.dumps(_told_by(what, one)), flush=True)


def _told_by(what: str, one: Probe) -> dict[str, Any]:
    try:
        return {"rows": [asdict(row) for row in found_by(what, one)]}
    except (ProbeError, EnvironmentFailure, RowError) as error:
        return {"failed": str(error)}
    except Exception:  # the runner goes on with the next one, whatever this is
        return {"failed": traceback.format_exc()}


if __name__ == "__main__":
    part, _, name = sys.argv[1].partition("/")
    tell(sys.argv[1], lambda: probes_of(part)[name]())  # an import that fails is told, too
