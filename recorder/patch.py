"""Putting something else in a name's place, and the old thing back afterwards."""

import ctypes
import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any


@contextmanager
def replaced(owner: Any, **new: Any) -> Iterator[None]:
    """Set attributes of a module or a class inside the block."""
    old = {name: vars(owner).get(name) for name in new}
    for name, value in new.items():
        setattr(owner, name, value)
    try:
        yield
    finally:
        for name, value in old.items():
            if value is None:
                delattr(owner, name)  # it was inherited
            else:
                setattr(owner, name, value)


class Everywhere:
    """Puts other objects in the place of some, under whatever name a module holds them.

    So `from time import time as now` is caught too, in all modules that are loaded by then.
    """

    def __init__(self, instead: Mapping[Any, Any]) -> None:
        self._instead = {id(old): new for old, new in instead.items()}
        self._seen: dict[str, int] = {}
        self._places: list[tuple[dict[str, Any], str, Any]] = []

    def _look_around(self) -> None:
        """Look at the modules that have been loaded since the last time."""
        for name, module in list(sys.modules.items()):
            if self._seen.get(name) == id(module) or name.partition(".")[0] == "recorder":
                continue
            self._seen[name] = id(module)
            if not issubclass(type(module), ModuleType):  # cffi's libraries only claim to be one
                continue
            held = ModuleType.__getattribute__(module, "__dict__")  # a lazy module stays lazy
            self._places += [
                (held, key, value)
                for key, value in list(held.items())
                if id(value) in self._instead
            ]

    @contextmanager
    def replaced(self) -> Iterator[None]:
        """Have the other objects in place inside the block."""
        self._look_around()
        places = [place for place in self._places if place[0].get(place[1]) is place[2]]
        for held, name, old in places:
            held[name] = self._instead[id(old)]
        try:
            yield
        finally:
            for held, name, old in places:
                held[name] = old


@contextmanager
def edit_type(owner: type, **new: Any) -> Iterator[None]:
    """Set attributes of a type written in C, which `setattr` refuses.

    The type itself stays the same object, so `isinstance` and pydantic notice nothing.
    """
    (attributes,) = gc.get_referents(owner.__dict__)
    old = {name: attributes.get(name) for name in new}
    attributes.update(new)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(owner))
    try:
        yield
    finally:
        for name, value in old.items():
            if value is None:
                del attributes[name]
            else:
                attributes[name] = value
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(owner))
