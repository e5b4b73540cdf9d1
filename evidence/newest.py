"""A FastAPI that no probe has been put to yet gets an environment, as the others have."""

import json
import re

from evidence.environments import DECLARED, declared
from evidence.locks import Pins, locked, order

PREFIX = "release-"


def declare_newest() -> list[str]:
    """Declare `release-<version>` for the FastAPI of the project's lock; its name, if it is new.

    It has that lock's Starlette, and otherwise what the newest of the others has.
    """
    name, needs = newest(declared(), locked()[""])
    if name in declared():
        return []
    with DECLARED.open("a", encoding="utf-8") as file:
        file.write(f'\n["{name}"]\nneeds = {json.dumps(needs)}\n')
    print(f"declared {name}", flush=True)
    return [name]


def newest(environments: dict[str, list[str]], project: Pins) -> tuple[str, list[str]]:
    """The name and the needs of the environment for the project's FastAPI."""
    pins = {name: max(project[name], key=order) for name in ("fastapi", "starlette")}
    known = max((name for name in environments if name.startswith(PREFIX)), key=order)
    needs = [
        re.sub(r"==.*", f"=={pins[package]}", need)
        if (package := need.partition("==")[0]) in pins
        else need
        for need in environments[known]
    ]
    return f"{PREFIX}{pins['fastapi']}", needs
