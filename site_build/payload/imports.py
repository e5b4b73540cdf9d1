"""Which modules some snippets import when they are played; runs in the browser's Python.

Importing it starts the noting, so that what the recorder imports is noted too.
"""

import json
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

PROJECT = Path("/project")


class Noting:
    """A finder that finds nothing, and notes what was looked for."""

    def __init__(self) -> None:
        self.wanted: set[str] = set()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Note a module that is not there yet."""
        self.wanted.add(name)
        return None


def _is_frozen(name: str) -> bool:
    """Whether the interpreter carries a module itself, so that nobody looks into the library."""
    spec = getattr(sys.modules.get(name), "__spec__", None)
    return getattr(spec, "origin", None) == "frozen"


def main(job: str) -> str:
    """Play files; tell what was imported up to then, and which of them could not be played.

    Args:
        job: JSON, `{"files": ["snippets/…", …]}`.

    Returns:
        JSON, `{"modules": […], "failed": {"snippets/…": "message"}}`. `modules` has also what was
        looked for and is not there.
    """
    noting = Noting()
    noting.wanted.update(sys.modules)
    sys.meta_path.insert(0, noting)
    import recorder
    from recorder import RecorderError, play_file

    for module in iter_modules(recorder.__path__):
        if module.name != "__main__":
            import_module(f"recorder.{module.name}")

    failed = {}
    for file in json.loads(job)["files"]:
        try:
            play_file(PROJECT / file)
        except RecorderError as error:
            failed[file] = str(error)
    modules = sorted(name for name in noting.wanted if not _is_frozen(name))
    return json.dumps({"modules": modules, "failed": failed})
