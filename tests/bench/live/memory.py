"""The memory of a browser: of all its processes together, as Linux counts it."""

from pathlib import Path

PROC = Path("/proc")


def _parents() -> dict[int, int]:
    found = {}
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            text = stat.read_text("utf-8", "replace")
        except OSError:  # it has ended meanwhile
            continue
        # The name in brackets may hold spaces and brackets.
        found[int(stat.parent.name)] = int(text.rpartition(")")[2].split()[1])
    return found


def family(root: int, parents: dict[int, int]) -> set[int]:
    """A process and all that descend from it."""
    found, fresh = {root}, {root}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def browser(profile: Path) -> int:
    """The first process of the browser that has this profile.

    Raises:
        LookupError: there is none.
    """
    wanted = f"--user-data-dir={profile}".encode()
    for line in sorted(PROC.glob("[0-9]*/cmdline"), key=lambda path: int(path.parent.name)):
        try:
            arguments = line.read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile
            continue
        if wanted in arguments and not any(a.startswith(b"--type=") for a in arguments):
            return int(line.parent.name)
    raise LookupError(f"no browser has the profile {profile}")


def resident(profile: Path) -> float:
    """The MB that all processes of the browser with this profile keep in memory."""
    pages = 0
    for process in family(browser(profile), _parents()):
        try:
            pages += int((PROC / str(process) / "statm").read_text("utf-8").split()[1])
        except OSError:  # it has ended meanwhile
            continue
    return pages * 4096 / 1e6
