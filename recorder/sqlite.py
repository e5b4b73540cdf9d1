"""Puts SQLite on the virtual clock: how long it waits for a locked database, and its calendar.

SQLite asks its operating system layer for both, and that is a table of C functions.
"""

import ctypes
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from typing import Any

from recorder.clock import active, clock_here
from recorder.strand import Abandoned
from recorder.timekeeping import EPOCH

_JULIAN_MS = 210_866_760_000_000  # from noon in Greenwich of the year -4713 to 1970

_Sleep = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_Today = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int64))


class _Layer(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int) for name in ("version", "file_size", "path_length")),
        *((name, ctypes.c_void_p) for name in ("next", "name", "data", "open", "delete", "access")),
        *((name, ctypes.c_void_p) for name in ("path", "load", "error", "symbol", "unload")),
        ("random", ctypes.c_void_p),
        ("sleep", _Sleep),
        *((name, ctypes.c_void_p) for name in ("julian_day", "last_error")),
        ("julian_ms", _Today),
    )


@cache
def follow_the_clock() -> tuple[Any, ...]:
    """Have SQLite follow the clock of the run at hand; outside of runs it goes by the real one.

    Returns:
        The functions that it now calls, empty where its table cannot be reached. Who drops them
        makes SQLite jump into nothing.
    """
    found = find_spec("_sqlite3")
    try:
        library = ctypes.CDLL(found.origin if found else None)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Layer)
        layer = library.sqlite3_vfs_find(None).contents
    except (OSError, AttributeError, ValueError):  # it is not there, or built in
        return ()
    kept = _functions(_address(layer.sleep), _address(layer.julian_ms))
    layer.sleep = kept[0]
    if layer.version >= 2:
        layer.julian_ms = kept[1]
    return kept


def _address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _functions(real_sleep: int, real_today: int) -> tuple[Any, ...]:
    slept, told = _Sleep(real_sleep), _Today(real_today)

    def sleep(layer: int, microseconds: int) -> int:
        clock = clock_here()
        if clock is None:
            return int(slept(layer, microseconds))
        with suppress(Abandoned):  # C has no use for it; the strand's next wait raises it again
            clock.sleep(microseconds / 1e6)
        return microseconds

    def today(layer: int, moment: Any) -> int:
        if not active:
            return int(told(layer, moment))
        moment[0] = round((EPOCH + active[-1].now) * 1000) + _JULIAN_MS
        return 0

    return _Sleep(sleep), _Today(today), slept, told
