"""Which releases of a package there are, as pip lists them."""

import re
import subprocess
import sys
from functools import cache

from evidence.environments import EnvironmentFailure
from evidence.versions.asking import number


@cache
def published(package: str) -> list[str]:
    """The releases of a package, oldest first, without pre-releases.

    Raises:
        EnvironmentFailure: pip cannot tell.
    """
    command = [sys.executable, "-m", "pip", "index", "versions", package]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"^Available versions: (.+)$", done.stdout, re.M)
    if done.returncode or not found:
        raise EnvironmentFailure(f"pip index versions {package}: {done.stderr.strip()}")
    return sorted(found[1].split(", "), key=number)


def between(package: str, low: str, high: str) -> list[str]:
    """The releases after one and before another.

    Raises:
        ValueError: one of them was never published.
    """
    every = published(package)
    return every[every.index(low) + 1 : every.index(high)]
