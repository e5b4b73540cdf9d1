"""Where the observer looks in: what stands in place of the libraries' own during a run."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

import fastapi.dependencies.utils as dependencies
from anyio import CapacityLimiter
from anyio._backends._asyncio import AsyncIOBackend, TaskGroup
from starlette.background import BackgroundTask

from recorder import lines, where
from recorder.loop import VirtualLoop
from recorder.observe import Observer, ThreadCall
from recorder.output import describe
from recorder.patch import replaced

# FastAPI's function that enters a `yield` dependency; up to 0.120 it had no underscore.
_SOLVE = "_solve_generator" if hasattr(dependencies, "_solve_generator") else "solve_generator"


@contextmanager
def installed(observer: Observer) -> Iterator[None]:
    """Tell `observer` of tasks, threads and dependencies inside the block."""
    places: list[tuple[Any, dict[str, Any]]] = [
        (VirtualLoop, {"wrap_task": staticmethod(_loop_task(observer))}),
        (BackgroundTask, _background_task(observer)),
        (AsyncIOBackend, {"run_sync_in_worker_thread": _worker_thread(observer)}),
        (ThreadPoolExecutor, {"submit": _submit(observer)}),
        (threading.Thread, {"start": _start(observer)}),
        (TaskGroup, {"_spawn": _spawn(observer)}),
        (dependencies, {_SOLVE: _dependency(observer)}),
    ]
    with ExitStack() as stack:
        for owner, new in places:
            stack.enter_context(replaced(owner, **new))
        yield


def _loop_task(observer: Observer) -> Callable[[Any], Any]:
    def wrap(coroutine: Any) -> Any:
        return coroutine if _in_wait_for(sys._getframe(2)) else observer.span(coroutine)

    return wrap


def _in_wait_for(frame: FrameType | None) -> bool:
    """Whether `wait_for` makes a task: up to Python 3.11 alone, so it is no span anywhere."""
    while frame is not None and frame.f_globals is vars(asyncio.tasks):
        if frame.f_code is asyncio.wait_for.__code__:
            return True
        frame = frame.f_back
    return False


def _spawn(observer: Observer) -> Callable[..., Any]:
    spawn = TaskGroup._spawn

    def observed(group: TaskGroup, coro: Any, *args: Any, **kwargs: Any) -> Any:
        return spawn(group, observer.span(coro), *args, **kwargs)

    return observed


def _background_task(observer: Observer) -> dict[str, Callable[..., Any]]:
    init, call = BackgroundTask.__init__, BackgroundTask.__call__

    def observed_init(task: BackgroundTask, func: Any, *args: Any, **kwargs: Any) -> None:
        init(task, func, *args, **kwargs)
        observer.added(task)

    async def observed_call(task: BackgroundTask) -> None:
        await observer.ran(task, lambda: call(task))

    return {"__init__": observed_init, "__call__": observed_call}


def _worker_thread(observer: Observer) -> Any:
    original = AsyncIOBackend.run_sync_in_worker_thread.__func__  # type: ignore[attr-defined]

    async def run_sync_in_worker_thread(
        backend: type[AsyncIOBackend],
        func: Callable[..., Any],
        args: tuple[Any, ...],
        abandon_on_cancel: bool = False,
        limiter: CapacityLimiter | None = None,
    ) -> Any:
        limiter = limiter or backend.current_default_thread_limiter()
        call = observer.in_thread(func)
        return await original(backend, call, args, abandon_on_cancel, _Places(limiter, call))

    return classmethod(run_sync_in_worker_thread)


class _Places:
    """A limiter that tells a call when it has to wait for a place."""

    def __init__(self, limiter: CapacityLimiter, call: ThreadCall) -> None:
        self._limiter, self._call = limiter, call

    async def __aenter__(self) -> None:
        if self._limiter.available_tokens <= 0:
            self._call.waits()
        await self._limiter.__aenter__()

    async def __aexit__(self, *error: Any) -> None:
        await self._limiter.__aexit__(*error)


def _submit(observer: Observer) -> Callable[..., Future[Any]]:
    submit = ThreadPoolExecutor.submit

    def observed(pool: Any, func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        call = observer.in_thread(func)
        if len(pool._threads) >= pool._max_workers and not pool._idle_semaphore._value:
            call.waits()
        return submit(pool, call, *args, **kwargs)

    return observed


def _start(observer: Observer) -> Callable[[threading.Thread], None]:
    start = threading.Thread.start

    def observed(thread: Any) -> None:
        target = vars(thread).get("_target")
        if target is not None:
            thread._target = observer.in_thread(target)
        elif where.is_user_code(where.code_of(thread.run)):
            thread.run = observer.in_thread(thread.run)
        start(thread)

    return observed


def _dependency(observer: Observer) -> Callable[..., Any]:
    solve = getattr(dependencies, _SOLVE)

    async def observed(*, stack: Any, **more: Any) -> Any:
        called = more["dependant"].call if "dependant" in more else more["call"]
        name = observer.name(where.name_of(called))
        line = lines.of_function(called)
        opened = False

        async def close(kind: Any, error: BaseException | None, traceback: Any) -> None:
            if opened:
                text = describe(error) if error else ""
                observer.note("dependency.closed", name, text, line=line)

        stack.push_async_exit(close)  # before its own exit, so that it is called after that
        value = await solve(stack=stack, **more)
        opened = True
        manager = getattr(stack._exit_callbacks[-1][1], "__self__", None)
        observer.note("dependency.opened", name, line=lines.of_yield(manager) or line)
        return value

    return observed
