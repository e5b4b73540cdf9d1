"""Turns what happens inside an app into events, without any change to the app's code."""

import asyncio
import itertools
import re
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from typing import Any

from anyio import CancelScope, CapacityLimiter
from anyio._backends._asyncio import AsyncIOBackend
from starlette.background import BackgroundTask

from recorder import where
from recorder.loop import VirtualLoop
from recorder.output import Printed, captured, describe
from recorder.patch import replaced
from recorder.timeline import Event


@dataclass(eq=False)
class Visit:
    """One request on its way through the app: whose it is, and which tasks it was given."""

    visitor: str
    number: int
    tasks: list[BackgroundTask] = field(default_factory=list)
    started: set[int] = field(default_factory=set)
    noted: BaseException | None = None

    def knows(self, error: BaseException | None) -> bool:
        """Whether an error is, or comes from, what was noted as a task's failure."""
        while error is not None and error is not self.noted:
            error = error.__cause__ or error.__context__
        return error is not None


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)
_span: ContextVar[str] = ContextVar("span", default="")


class Observer:
    """Collects the events of one run."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
        self._names: Counter[tuple[str, str]] = Counter()
        self._visits = itertools.count(1)
        self.events: list[Event] = []
        self.printed = Printed(lambda kind, text: self.note(kind, _span.get(), text))

    def note(self, kind: str, name: str = "", text: str = "", at: float | None = None) -> None:
        """Record that something happened to the visit at hand, now or at virtual second `at`."""
        visit = _visit.get()
        moment = round(self.loop.time() if at is None else at, 9)
        text = text.encode(errors="replace").decode()  # a lone surrogate is no character
        who, request = (visit.visitor, visit.number) if visit else ("", 0)
        self.events.append(Event(moment, kind, who, name, text, request))

    def _name(self, name: str) -> str:
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
        visit = Visit(visitor, next(self._visits))
        _visit.set(visit)
        try:
            yield visit
        finally:
            self.printed.end_line()
            for task in visit.tasks:
                if id(task) not in visit.started:
                    self.note("task.skipped", self._name(where.name_of(task.func)))
            _visit.set(None)

    async def _spanned(self, name: str, run: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        name, outer = self._name(name), _span.get()
        _span.set(name)
        self.note("task.started", name)
        try:
            result = await run()
        except (asyncio.CancelledError, GeneratorExit) as error:
            self.note("task.cancelled", name, describe(error))
            raise
        except BaseException as error:
            self.note("task.failed", name, describe(error))
            if (visit := _visit.get()) is not None:
                visit.noted = error
            raise
        else:
            self.note("task.finished", name)
            return result
        finally:
            _span.set(outer)

    # -- what is put in place of the libraries' own -----------------------------------------------

    def wrap_task(self, coroutine: Any) -> Any:
        """Show a coroutine of the app that became a task, as `gather` makes them, as a span."""
        if _visit.get() is None or not where.is_user_code(getattr(coroutine, "cr_code", None)):
            return coroutine
        spanned: Any = self._spanned(coroutine.__name__, lambda: coroutine)
        # What Python itself says of the task is to name the app's own coroutine.
        spanned.__name__, spanned.__qualname__ = coroutine.__name__, coroutine.__qualname__
        return spanned

    def _background_task(self) -> dict[str, Callable[..., Any]]:
        init, call = BackgroundTask.__init__, BackgroundTask.__call__

        def observed_init(task: BackgroundTask, func: Any, *args: Any, **kwargs: Any) -> None:
            init(task, func, *args, **kwargs)
            if (visit := _visit.get()) is not None:
                visit.tasks.append(task)

        async def observed_call(task: BackgroundTask) -> None:
            if (visit := _visit.get()) is not None:
                visit.started.add(id(task))
            await self._spanned(where.name_of(task.func), lambda: call(task))

        return {"__init__": observed_init, "__call__": observed_call}

    def _worker_thread(self) -> Any:
        async def run_sync_in_worker_thread(
            backend: type[AsyncIOBackend],
            func: Callable[..., Any],
            args: tuple[Any, ...],
            abandon_on_cancel: bool = False,
            limiter: CapacityLimiter | None = None,
        ) -> Any:
            await backend.checkpoint()
            limiter = limiter or backend.current_default_thread_limiter()
            call = self.observe_call(func, lambda: func(*args), limiter.available_tokens > 0)
            async with limiter:
                with CancelScope(shield=not abandon_on_cancel):
                    return await self.loop.in_strand(call, copy_context())

        return classmethod(run_sync_in_worker_thread)

    def _thread_name(self, func: Callable[..., Any]) -> str:
        """What a thread call is shown as: a `def` task is itself, a library's function nothing."""
        if _visit.get() is None or not where.is_user_code(where.code_of(func)):
            return ""
        task = _span.get()
        own = re.sub(r" \(\d+\)$", "", task.rpartition("/")[2])
        return task if own == where.name_of(func) else self._name(where.name_of(func))

    def observe_call(
        self, func: Callable[..., Any], call: Callable[[], Any], place_free: bool
    ) -> Callable[[], Any]:
        """Note that a thread is asked for; give what it is to run, `call` with its own events."""
        name = self._thread_name(func)
        if not name:
            return call
        if not place_free:
            self.note("thread.waiting", name)
        visit = _visit.get()

        def observed() -> Any:
            _visit.set(visit)  # in the thread's own context
            _span.set(name)
            self.note("thread.started", name)
            try:
                return call()
            finally:
                self.note("thread.finished", name)

        return observed

    @contextmanager
    def installed(self) -> Iterator["Observer"]:
        """Observe background tasks, threads, `print` and `logging` inside the block."""
        self.loop.wrap_task = self.wrap_task
        self.loop.observe_call = self.observe_call
        with (
            replaced(BackgroundTask, **self._background_task()),
            replaced(AsyncIOBackend, run_sync_in_worker_thread=self._worker_thread()),
            captured(lambda kind, text: self.note(kind, _span.get(), text)) as self.printed,
        ):
            yield self
