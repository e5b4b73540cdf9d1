"""Makes `time` and `datetime` follow a virtual clock."""

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from recorder.clock import VirtualClock
from recorder.patch import edit_type, replaced

EPOCH = 1_767_258_000.0  # virtual second 0 is 2026-01-01 09:00:00 UTC: a date that never changes
_NAMES = ("time", "monotonic", "perf_counter")
_real = {name: getattr(time, name) for name in (*_NAMES, *(f"{n}_ns" for n in _NAMES), "sleep")}
_active: list[VirtualClock] = []


def _sleep(seconds: float) -> None:
    if _active:
        _active[-1].sleep(seconds)
    else:
        _real["sleep"](seconds)


def _reader(name: str) -> Callable[[], float]:
    # A library that is imported during a run may keep this function: it falls back to the real one.
    epoch = EPOCH if name.startswith("time") else 0.0

    def read() -> float:
        if not _active:
            real: float = _real[name]()
            return real
        now = epoch + _active[-1].now
        return round(now * 1e9) if name.endswith("_ns") else now

    return read


def _datetime_now(
    cls: type[datetime.datetime], tz: datetime.tzinfo | None = None
) -> datetime.datetime:
    return cls.fromtimestamp(time.time(), tz)


def _datetime_utcnow(cls: type[datetime.datetime]) -> datetime.datetime:
    return cls.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None)


def _today(cls: type[datetime.date]) -> datetime.date:
    return cls.fromtimestamp(time.time())


@contextmanager
def installed(clock: VirtualClock) -> Iterator[VirtualClock]:
    """Make `time` and `datetime` follow `clock` inside the block."""
    readers = {name: _reader(name) for name in _real if name != "sleep"}
    _active.append(clock)
    try:
        with (
            replaced(time, sleep=_sleep, **readers),
            edit_type(
                datetime.datetime,
                now=classmethod(_datetime_now),
                utcnow=classmethod(_datetime_utcnow),
                today=classmethod(_datetime_now),
            ),
            edit_type(datetime.date, today=classmethod(_today)),
        ):
            yield clock
    finally:
        _active.remove(clock)
