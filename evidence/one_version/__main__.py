"""`python -m evidence.one_version TOPIC …`, with the Python of one of `evidence`'s environments."""

import gc
import json
import os
import platform
import sys
import warnings
from importlib.metadata import PackageNotFoundError, version

from evidence.one_version.asked import answer

PACKAGES = ("fastapi", "starlette", "anyio", "pydantic", "sqlalchemy", "aiosqlite", "uvicorn")


def versions() -> dict[str, str]:
    """The packages that this environment has, and Python."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found | {"python": platform.python_version()}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    gc.disable()  # it would come at a moment of its own, and take the leaked connections along
    answers = {topic: answer(topic) for topic in sys.argv[1:]}
    json.dump({"versions": versions(), "answers": answers}, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # the threads of leaked aiosqlite connections would keep the process alive
