"""Each mistake in calling add_task, at a path of its own; says when the app's call is over."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import BackgroundTasks, FastAPI

routes = FastAPI()


def work(place: str) -> Any:
    print(f"ran {place}", flush=True)


async def async_work(place: str) -> None:
    work(place)


async def generator(place: str) -> AsyncIterator[None]:
    work(place)
    yield


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any) -> Any:
        return function(*args)

    return wrapper


@routes.get("/fine")
async def fine(tasks: BackgroundTasks) -> None:
    tasks.add_task(async_work, "fine")


@routes.get("/called")
async def called(tasks: BackgroundTasks) -> None:
    tasks.add_task(work("called"))


@routes.get("/called_async")
async def called_async(tasks: BackgroundTasks) -> None:
    tasks.add_task(async_work("called_async"))  # type: ignore[arg-type]  # the mistake


@routes.get("/lambda")
async def in_a_lambda(tasks: BackgroundTasks) -> None:
    tasks.add_task(lambda: async_work("lambda"))


@routes.get("/decorated")
async def in_a_decorator(tasks: BackgroundTasks) -> None:
    tasks.add_task(decorated(async_work), "decorated")


@routes.get("/generator")
async def as_a_generator(tasks: BackgroundTasks) -> None:
    tasks.add_task(generator, "generator")


@routes.get("/by_hand")
async def by_hand() -> None:
    BackgroundTasks().add_task(work, "by_hand")


@routes.get("/awaited")
async def awaited(tasks: BackgroundTasks) -> None:
    await tasks.add_task(work, "awaited")  # type: ignore[func-returns-value, misc]  # the mistake


@routes.get("/default")
async def as_a_default(tasks=BackgroundTasks) -> None:
    tasks.add_task(work, "default")


@routes.get("/create_task")
async def create_task(tasks: BackgroundTasks) -> None:
    tasks.add_task(asyncio.create_task, async_work("create_task"))


async def app(scope: Any, receive: Any, send: Any) -> None:
    try:
        await routes(scope, receive, send)
    finally:
        print(f"over {scope.get('path')}", flush=True)
