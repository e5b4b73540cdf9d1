"""Putting something else in a name's place, and the old thing back afterwards."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def replaced(owner: Any, **new: Any) -> Iterator[None]:
    """Set attributes of a module or a class inside the block."""
    old = {name: vars(owner)[name] for name in new}
    for name, value in new.items():
        setattr(owner, name, value)
    try:
        yield
    finally:
        for name, value in old.items():
            setattr(owner, name, value)


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
