"""Takes back what one run has changed in the interpreter, so that the next one is as the first."""

import asyncio
import builtins
import contextlib
import decimal
import logging
import os
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from operator import itemgetter
from pathlib import Path
from shutil import rmtree
from types import ModuleType
from typing import Any

from recorder.strand import IN_BROWSER

# Where else an app may write to; in the browser, nobody else does.
_SHARED = ("/", "/tmp", "/home/pyodide") if IN_BROWSER else ()


class Baseline:
    """The functions and classes of all modules as they are now, those in classes included."""

    def __init__(self) -> None:
        self._held: list[tuple[Any, Callable[[Any], Any], tuple[str, ...], tuple[Any, ...]]] = []
        for name, module in list(sys.modules.items()):
            if issubclass(type(module), ModuleType) and name != "__main__":
                self._keep(module)
                for value in list(vars(module).values()):
                    if isinstance(value, type) and value.__module__ == name:
                        self._keep(value)

    def _keep(self, owner: Any) -> None:
        keys = tuple(key for key, value in list(vars(owner).items()) if callable(value))
        if keys:
            # There are twenty thousand of them: all of one owner's are looked up at once.
            take = itemgetter(*keys, keys[0])  # a tuple, also of one
            self._held.append((owner, take, keys, take(vars(owner))))

    def restore(self) -> list[str]:
        """Put back what stands in place of another now; its names are returned."""
        names = []
        for owner, take, keys, values in self._held:
            with contextlib.suppress(KeyError):  # something is gone
                if take(vars(owner)) == values:
                    continue
            for key, value in zip(keys, values, strict=False):
                if vars(owner).get(key) is not value:
                    names.append(f"{owner.__name__}.{key}")
                    put = type.__setattr__ if isinstance(owner, type) else setattr
                    with contextlib.suppress(AttributeError, TypeError):  # it cannot be put back
                        put(owner, key, value)
        return names


@contextlib.contextmanager
def own_folder(home: Path) -> Iterator[None]:
    """Be in an empty folder inside `home`; afterwards, nothing is left of all that was written."""
    before, kept = tempfile.tempdir, {place: set(_listed(place)) for place in _SHARED}
    rmtree(home, ignore_errors=True)
    for name in ("work", "tmp"):
        (home / name).mkdir(parents=True)
    tempfile.tempdir = str(home / "tmp")
    try:
        with contextlib.chdir(home / "work"):
            yield
    finally:
        tempfile.tempdir = before
        rmtree(home, ignore_errors=True)
        for place, names in kept.items():
            for path in (Path(place, name) for name in set(_listed(place)) - names):
                rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def _listed(place: str) -> list[str]:
    return os.listdir(place) if os.path.isdir(place) else []  # noqa: PTH112, PTH208 - quick


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Have inside the block what a fresh interpreter has, and afterwards what was before.

    But for the functions and classes of modules, which a `Baseline` restores.
    """
    lists = [sys.path, sys.meta_path, sys.path_hooks, sys.argv, sys.warnoptions]
    kept = [(one, one[:]) for one in lists]
    builtin, environ, modules = dict(vars(builtins)), dict(os.environ), dict(sys.modules)
    with contextlib.ExitStack() as stack:
        for put, value in _settings():
            stack.callback(put, value)
        stack.enter_context(warnings.catch_warnings())
        stack.enter_context(decimal.localcontext())
        random.seed()
        try:
            yield
        finally:
            _make_equal(vars(builtins), builtin)  # first, as the rest is made of them
            for one, items in kept:
                one[:] = items
            sys.modules.update(modules)
            _make_equal(os.environ, environ)
            if hasattr(time, "tzset"):  # the browser has one zone only
                time.tzset()


def _settings() -> list[tuple[Callable[[Any], Any], Any]]:
    """How some settings of the interpreter are put, and what they are now."""
    events: Any = asyncio.events
    return [
        (sys.settrace, sys.gettrace()),
        (sys.setprofile, sys.getprofile()),
        (sys.setrecursionlimit, sys.getrecursionlimit()),
        (logging.disable, logging.root.manager.disable),
        (lambda policy: setattr(events, "_event_loop_policy", policy), events._event_loop_policy),
    ]


def _make_equal(held: Any, items: dict[str, Any]) -> None:
    """Give `held` these items and no others, without touching those that it has."""
    for name in held.keys() - items.keys():
        del held[name]
    for name, value in items.items():
        if held.get(name) is not value and held.get(name) != value:
            held[name] = value
