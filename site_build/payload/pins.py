"""Which releases there are: in the browser, and beside what a reader copies."""

import json
import re

from site_build.payload import sources
from site_build.payload.packages import PACKAGES, locked
from site_build.snippets import ROOT

# What a program that a reader copies may need, on a machine of theirs.
COPIED = (*PACKAGES, "greenlet", "uvicorn", "websockets")


def told() -> dict[str, str]:
    """The releases that a copied program is told to use."""
    text = (ROOT / "node_modules/express/package.json").read_text("utf-8")
    return _pins(COPIED) | {"express": str(json.loads(text)["version"])}


def started() -> dict[str, str]:
    """The releases that run in the browser."""
    pyodide = json.loads((sources.PYODIDE / "package.json").read_text("utf-8"))["version"]
    python = json.loads((sources.PYODIDE / "pyodide-lock.json").read_text("utf-8"))["info"]
    return {"python": python["python"], "pyodide": pyodide, **_pins(PACKAGES)}


def _pins(packages: tuple[str, ...]) -> dict[str, str]:
    return dict(re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)", locked(packages), re.M))
