"""`python -m evidence.one_version`, with the Python of one of `evidence`'s environments."""

import gc
import json
import os
import platform
import sys
import warnings
from importlib.metadata import version
from inspect import signature

from fastapi import Depends

from evidence.one_version import awaiting, blocking
from evidence.one_version.users import Result, Scope

PACKAGES = ("fastapi", "starlette", "anyio", "pydantic", "sqlalchemy", "aiosqlite", "uvicorn")


def answers(scope: Scope) -> Result:
    """The answer to each question, its keys prefixed with the question's name."""
    questions = blocking.QUESTIONS | awaiting.QUESTIONS
    found = {name: question(scope) for name, question in questions.items()}
    return {f"{name}_{key}": value for name in found for key, value in found[name].items()}


def everything() -> dict[str, Result]:
    """Versions, and the answers for each scope that this release has."""
    versions = {name: version(name) for name in PACKAGES} | {"python": platform.python_version()}
    told = {"versions": versions, "request": answers({})}
    if "scope" in signature(Depends).parameters:
        told["function"] = answers({"scope": "function"})
    return told


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    gc.disable()  # it would come at a moment of its own, and take the leaked connections along
    json.dump(everything(), sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # the threads of leaked aiosqlite connections would keep the process alive
