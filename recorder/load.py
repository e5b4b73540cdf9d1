"""Imports an app's file afresh, and takes it out of the interpreter again."""

import importlib
import importlib.util
import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import routing
from fastapi.dependencies import models

from recorder import where
from recorder.errors import AppError


@contextmanager
def loaded_apps(path: Path, count: int) -> Iterator[list[Any]]:
    """Import `path` `count` times, each time as a new process would, and give their `app`s.

    Raises:
        AppError: the file does not import or has no `app`; the message names file and line.
    """
    path = path.resolve()
    if not path.is_file():
        raise AppError(f"{where.place(str(path), 1)}: no such file")
    linecache.checkcache(str(path))  # else tracebacks show, and `lines` reads, an earlier text
    root, module = _root_and_module(path)
    before, search_path = set(sys.modules), sys.path[:]
    sys.path.insert(0, str(root))
    try:
        apps = []
        for _ in range(count):
            _forget(before, root)
            apps.append(_app_of(_import(path, module), path))
        yield apps
    finally:
        sys.path[:] = search_path
        _forget(before, root)


def _root_and_module(path: Path) -> tuple[Path, str]:
    """The folder to import from, and the dotted name; no name for a file outside a package."""
    root, parts = path.parent, [path.stem]
    while (root / "__init__.py").is_file():
        parts.insert(0, root.name)
        root = root.parent
    return root, ".".join(parts) if len(parts) > 1 else ""


def _forget(before: set[str], root: Path) -> None:
    """Forget what was imported from the app's own folder, so that the next import is fresh."""
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if Path(file).is_relative_to(root) and where.is_user_file(file):
            del sys.modules[name]
    importlib.invalidate_caches()
    # FastAPI remembers functions, and so their apps; some by addresses, which come back.
    for known in vars(models).values():
        if hasattr(known, "cache_clear"):
            known.cache_clear()
    vars(routing).get("_endpoint_context_cache", {}).clear()


def _import(path: Path, module: str) -> Any:
    try:
        if module:
            return importlib.import_module(module)
        # Not by its bare name: the file may be called json.py, or my-app.py.
        spec = importlib.util.spec_from_file_location(f"played_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        found = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = found
        spec.loader.exec_module(found)
        return found
    except SyntaxError as error:
        place = where.place(error.filename or str(path), error.lineno)
        raise AppError(f"{place}: does not import: {error.msg}") from error
    except (Exception, SystemExit) as error:
        line = where.of_error(error)
        # Before Python 3.11.4 a null byte is not a SyntaxError, but a ValueError of the compiler.
        is_compilers = line is None and isinstance(error, ValueError)
        kind = "" if is_compilers else f"{type(error).__name__}: "
        place = line or where.place(str(path), 1)
        raise AppError(f"{place}: does not import: {kind}{error}") from error


def _app_of(module: Any, path: Path) -> Any:
    app = getattr(module, "app", None)
    if not callable(app):
        found = "no `app`" if app is None else f"an `app` that is no ASGI app but {app!r}"
        raise AppError(f"{where.place(str(path), 1)}: has {found}; name it: app = FastAPI()")
    return app
