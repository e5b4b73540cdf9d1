"""Makes `time` and `datetime` follow a virtual clock."""

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from recorder.clock import active
from recorder.patch import edit_type

EPOCH = 1_767_258_000.0  # virtual second 0 is 2026-01-01 09:00:00 UTC: a date that never changes
_NAMES = ("time", "monotonic", "perf_counter")
_real = {name: getattr(time, name) for name in (*_NAMES, *(f"{n}_ns" for n in _NAMES), "sleep")}
_real_localtime = time.localtime


def _of_now(name: str) -> Callable[..., Any]:
    """`time.localtime` and its like, which read the clock when they are given no moment."""
    real = getattr(time, name)
    takes_format = name == "strftime"

    def of_now(*args: Any) -> Any:
        if len(args) == takes_format:
            args = (*args, _real_localtime(time.time())) if takes_format else (time.time(),)
        return real(*args)

    of_now.__name__ = name
    return of_now


def sleep(seconds: float) -> None:
    """What `time.sleep` is during a run."""
    if active and active[-1].here():
        active[-1].sleep(seconds)
    else:
        _real["sleep"](seconds)


def _reader(name: str) -> Callable[[], float]:
    # A library that is imported during a run may keep this function: it falls back to the real one.
    epoch = EPOCH if name.startswith("time") else 0.0

    def read() -> float:
        if not active:
            real: float = _real[name]()
            return real
        active[-1].lose_patience()
        now = epoch + active[-1].now
        return round(now * 1e9) if name.endswith("_ns") else now

    read.__name__ = name
    return read


def _datetime_now(
    cls: type[datetime.datetime], tz: datetime.tzinfo | None = None
) -> datetime.datetime:
    return cls.fromtimestamp(time.time(), tz)


def _datetime_utcnow(cls: type[datetime.datetime]) -> datetime.datetime:
    return cls.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None)


def _today(cls: type[datetime.date]) -> datetime.date:
    return cls.fromtimestamp(time.time())


# What follows the clock, under whatever name a module holds it.
INSTEAD = {
    _real["sleep"]: sleep,
    **{_real[name]: _reader(name) for name in _real if name != "sleep"},
    **{getattr(time, name): _of_now(name) for name in ("localtime", "gmtime", "ctime", "strftime")},
}


@contextmanager
def installed() -> Iterator[None]:
    """Make `datetime` follow the clock inside the block, and `time` where `INSTEAD` is in place."""
    with (
        edit_type(
            datetime.datetime,
            now=classmethod(_datetime_now),
            utcnow=classmethod(_datetime_utcnow),
            today=classmethod(_datetime_now),
        ),
        edit_type(datetime.date, today=classmethod(_today)),
    ):
        yield
