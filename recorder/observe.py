"""Turns what happens inside an app into events, without any change to the app's code."""

import asyncio
import itertools
import re
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from starlette.background import BackgroundTask

from recorder import lines, where
from recorder.clock import VirtualClock, active
from recorder.context import Visit
from recorder.context import span as _span
from recorder.context import visit as _visit
from recorder.limit import Limit
from recorder.output import Printed, describe
from recorder.timeline import Event

_BY_THE_APP = ("print", "log", "websocket.")
_OF_THE_ENDPOINT = ("request.received", "request.failed", "response.", "websocket.")


class Observer:
    """Collects the events of one run, until it is `over` or must end."""

    def __init__(self, clock: VirtualClock, limit: Limit) -> None:
        self._clock = clock
        self._limit = limit
        self.over = False
        self._names: Counter[tuple[str, str]] = Counter()
        self._numbers = itertools.count(1)
        self._open: dict[int, Visit] = {}
        self._endpoints: dict[int, int] = {}  # lines of those of past visits, which are let go
        self._events: list[Event] = []
        self.printed = Printed(self.said, self.takes)

    def takes(self, characters: int, events: int = 0) -> bool:
        """Whether so much more is to be recorded; it ends the run if it is too much."""
        if self.over or self._clock.stopped is not None:
            return False
        self._limit.take(self._clock, characters, events)
        return True

    def note(
        self, kind: str, name: str = "", text: str = "", at: float | None = None, line: int = 0
    ) -> None:
        """Record that something happened to the visit at hand, now or at virtual second `at`.

        Without a line, what the app's own code does has the line that it is at.
        """
        visit = _visit.get()
        text = text.encode(errors="replace").decode()  # a lone surrogate is no character
        who, request = (visit.visitor, visit.number) if visit else ("", 0)
        if self.takes(len(name) + len(text), 1):  # or else there may be no clock any more
            moment = round(active[-1].now if at is None else at, 9)
            line = line or (lines.here() if kind.startswith(_BY_THE_APP) else 0)
            self._events.append(Event(moment, kind, who, name, text, request, line))

    def events(self) -> list[Event]:
        """What has been recorded; what the endpoint's visitor sees has the endpoint's line."""
        found = self._endpoints | {number: visit.line for number, visit in self._open.items()}
        return [
            replace(event, line=found.get(event.request, 0))
            if not event.line and event.kind.startswith(_OF_THE_ENDPOINT)
            else event
            for event in self._events
        ]

    def said(self, kind: str, text: str) -> None:
        """Record a line that was printed or logged."""
        self.note(kind, _span.get(), text)

    def name(self, name: str) -> str:
        """What the recording calls something at this place: its outer names, and which it is."""
        visit, outer = _visit.get(), _span.get()
        name = f"{outer}/{name}" if outer else name
        key = (visit.visitor if visit else "", name)
        self._names[key] += 1
        return name if self._names[key] == 1 else f"{name} ({self._names[key]})"

    @contextmanager
    def visiting(self, visitor: str) -> Iterator[Visit]:
        """What happens inside the block happens for `visitor`.

        At its end, the background tasks that were added and never ran are `task.skipped`.
        """
        visit = Visit(visitor, next(self._numbers))
        self._open[visit.number] = visit
        _visit.set(visit)
        try:
            yield visit
        finally:
            self.printed.end_line()
            for task in visit.tasks:
                if id(task) not in visit.started:
                    name, line = self.name(where.name_of(task.func)), lines.of_function(task.func)
                    self.note("task.skipped", name, line=line)
            self._endpoints[visit.number] = self._open.pop(visit.number).line
            _visit.set(None)

    async def spanned(
        self, name: str, run: Callable[[], Coroutine[Any, Any, Any]], line: int
    ) -> Any:
        """Run a coroutine, defined at `line`, and note as a task how it starts and ends."""
        name, outer = self.name(name), _span.get()
        _span.set(name)
        self.note("task.started", name, line=line)
        try:
            result = await run()
        except (asyncio.CancelledError, GeneratorExit) as error:
            self.note("task.cancelled", name, describe(error), line=lines.of_error(error) or line)
            raise
        except BaseException as error:
            self.note("task.failed", name, describe(error), line=lines.of_error(error) or line)
            if (visit := _visit.get()) is not None:
                visit.noted = error
            raise
        else:
            self.note("task.finished", name, line=line)
            return result
        finally:
            _span.set(outer)

    def span(self, coroutine: Any) -> Any:
        """Show a coroutine of the app that became a task, as `gather` makes them, as a span."""
        if _visit.get() is None or not where.is_user_code(getattr(coroutine, "cr_code", None)):
            return coroutine
        line = lines.of_code(coroutine.cr_code)
        spanned: Any = self.spanned(coroutine.__name__, lambda: coroutine, line)
        # What Python itself says of the task is to name the app's own coroutine.
        spanned.__name__, spanned.__qualname__ = coroutine.__name__, coroutine.__qualname__
        return spanned

    def added(self, task: BackgroundTask) -> None:
        """Remember that the visit at hand was given a background task."""
        if (visit := _visit.get()) is not None:
            visit.tasks.append(task)

    async def ran(self, task: BackgroundTask, call: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Run a background task by `call`."""
        if (visit := _visit.get()) is not None:
            visit.started.add(id(task))
        await self.spanned(where.name_of(task.func), call, lines.of_function(task.func))

    def _thread_name(self, func: Callable[..., Any]) -> str:
        """What a thread call is shown as: a `def` task is itself, a library's function nothing."""
        if _visit.get() is None or not where.is_user_code(where.code_of(func)):
            return ""
        task = _span.get()
        own = re.sub(r" \(\d+\)$", "", task.rpartition("/")[2])
        return task if own == where.name_of(func) else self.name(where.name_of(func))

    def in_thread(self, func: Callable[..., Any]) -> "ThreadCall":
        """What is to run in a thread in place of `func`, so that it is seen."""
        return ThreadCall(self, func, self._thread_name(func))


class ThreadCall:
    """A call that is to run in a thread; `name` is empty if it is none of the app's own."""

    def __init__(self, observer: Observer, func: Callable[..., Any], name: str) -> None:
        self._observer, self._func, self.name = observer, func, name
        self._visit = _visit.get()
        self._line = lines.of_function(func) if name else 0

    def waits(self) -> None:
        """Note that no thread is free for it."""
        if self.name:
            self._observer.note("thread.waiting", self.name, line=self._line)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it, in its thread."""
        if not self.name:
            return self._func(*args, **kwargs)
        # A thread of its own has a context of its own, and an executor's keeps what is set there.
        before = _visit.get(), _span.get()
        _visit.set(self._visit)
        _span.set(self.name)
        self._observer.note("thread.started", self.name, line=self._line)
        try:
            return self._func(*args, **kwargs)
        finally:
            self._observer.note("thread.finished", self.name, line=self._line)
            _visit.set(before[0])
            _span.set(before[1])
