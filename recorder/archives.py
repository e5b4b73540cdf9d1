"""Archives to import modules from: they come while Python runs, and are gone after a snapshot."""

import importlib
import os
import sys
import zipimport
from pathlib import Path
from typing import Any

# Python's own, of all archives that it has looked into.
_directories: dict[str, dict[str, Any]] = zipimport._zip_directory_cache  # type: ignore[attr-defined]


def add(path: str) -> set[str]:
    """Import from an archive, too; the names of its modules are returned."""
    _forget(path)
    zipimport.zipimporter(path)
    if path not in sys.path:
        sys.path.append(path)
    return _modules(path)


def drop_lost() -> set[str]:
    """Import no longer from archives whose file is gone; the names of their modules are returned.

    Python remembers what is in them, and would fail to read it.
    """
    names = set()
    for path in [path for path in _directories if not Path(path).exists()]:
        names |= _modules(path)
        if path in sys.path:
            sys.path.remove(path)
        _forget(path)
    return names


def _modules(path: str) -> set[str]:
    """The dotted names of the modules in an archive that Python has looked into."""
    names = set()
    for file in _directories[path]:
        name, dot, kind = file.rpartition(".")
        if kind in ("py", "pyc") and dot:
            names.add(name.replace(os.sep, ".").removesuffix(".__init__"))
    return names


def _forget(path: str) -> None:
    _directories.pop(path, None)
    for name in list(sys.path_importer_cache):
        if name == path or name.startswith(path + os.sep):
            del sys.path_importer_cache[name]
    importlib.invalidate_caches()
