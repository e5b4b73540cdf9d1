"""The ways in which a server is ended."""

import signal
from collections.abc import Callable

from evidence.processes import Program, happens

Ending = Callable[[Program], None]
GRACE_S = 2.5


def sigterm(program: Program) -> None:
    """To the main process alone, as `docker stop` and Kubernetes send it."""
    program.send(signal.SIGTERM, to_group=False)


def sigterm_all(program: Program) -> None:
    """To all processes, as `systemctl stop` sends it to a unit, unless KillMode says otherwise."""
    program.send(signal.SIGTERM)


def sigint(program: Program) -> None:
    """To all processes, as Ctrl-C in a terminal sends it."""
    program.send(signal.SIGINT)


def sigkill(program: Program) -> None:
    """To all processes: a container's end, a machine out of memory."""
    program.send(signal.SIGKILL)


def grace(program: Program) -> None:
    """SIGTERM, and SIGKILL to all that is left when the grace is over."""
    sigterm(program)
    if not happens(lambda: program.ended, GRACE_S):
        sigkill(program)
