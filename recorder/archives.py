"""Archives to import modules from: they come while Python runs, and are gone after a snapshot."""

import importlib
import os
import sys
import zipfile
import zipimport
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

# Python's own, of all archives that it has looked into.
_directories: dict[str, dict[str, Any]] = zipimport._zip_directory_cache  # type: ignore[attr-defined]
_noted: dict[str, set[str]] = {}


class _Finder:
    """Finds in archives that came later what belongs to a package that is elsewhere."""

    archives: ClassVar[list[str]] = []

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> Any:
        package = name.rpartition(".")[0].replace(".", os.sep)
        for archive in self.archives if package else ():
            if found := zipimport.zipimporter(f"{archive}{os.sep}{package}").find_spec(name):
                return found
        return None


def add(path: str) -> set[str]:
    """Import from an archive, too; the names of its modules are returned."""
    _forget(path)
    if path not in sys.path:
        sys.path.append(path)
        _Finder.archives.append(path)
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())
    _noted[path] = _modules(path)
    return _noted[path]


def note() -> None:
    """Take note of what is in the archives that there are, for the time when they are lost."""
    _noted.clear()
    _noted.update({path: _modules(path) for path in sys.path if zipfile.is_zipfile(path)})


def drop_lost() -> set[str]:
    """Import no longer from archives whose file is gone; the names of their modules are returned.

    Python goes on trusting that they are there, and would fail to read them.
    """
    names = set()
    for path in [path for path in _noted if not Path(path).exists()]:
        names |= _noted.pop(path)
        sys.path.remove(path)
        if path in _Finder.archives:
            _Finder.archives.remove(path)
        _forget(path)
    return names


def _modules(path: str) -> set[str]:
    """The dotted names of the modules in an archive that Python has looked into."""
    zipimport.zipimporter(path)
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
