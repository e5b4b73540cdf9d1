"""Special cases of threads and dependencies. All that is logged begins with the visitor's name."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

import anyio.from_thread
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from fastapi import Request as Received
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.base import RequestResponseEndpoint
from starlette.responses import Response

from recorder import Request
from tests.conformance.corner import Stage, corner

ANN = Request("ann", "/")


@corner(*(Request(f"v{n}", f"/v{n}", at=n / 20) for n in range(42)))
def more_def_endpoints_than_places(app: FastAPI, stage: Stage) -> None:
    @app.get("/{who}")
    def endpoint(who: str) -> None:
        stage.block(4)


@corner(ANN)
def a_thread_that_calls_back(app: FastAPI, stage: Stage) -> None:
    def work() -> None:
        anyio.from_thread.run(stage.sleep, 1)
        stage.log("ann back in the thread")
        asyncio.run(stage.sleep(0.5))
        stage.log("ann after a loop of its own")

    @app.get("/")
    async def endpoint() -> None:
        await run_in_threadpool(work)


@corner(ANN, Request("bob", "/", at=0.2))
def a_dependency_for_one_at_a_time(app: FastAPI, stage: Stage) -> None:
    async def dependency() -> AsyncIterator[None]:
        yield
        await stage.sleep(0.5)

    @app.get("/", dependencies=[Depends(dependency, max_concurrency=1)])
    async def endpoint() -> None:
        await stage.sleep(0.5)


@corner(ANN)
def a_dependency_that_raises_on_its_way_out(app: FastAPI, stage: Stage) -> None:
    async def dependency() -> AsyncIterator[None]:
        yield
        raise HTTPException(418)

    @app.get("/")
    async def endpoint(tasks: BackgroundTasks, _: None = Depends(dependency)) -> None:
        tasks.add_task(stage.log, "ann task")


@corner(ANN, Request("bob", "/", at=1.0))
def what_a_thread_keeps_for_itself(app: FastAPI, stage: Stage) -> None:
    kept = threading.local()

    @app.get("/")
    def endpoint() -> int:
        kept.visits = getattr(kept, "visits", 0) + 1
        return int(kept.visits)


@corner(ANN)
def which_tasks_see_a_context_variable(app: FastAPI, stage: Stage) -> None:
    names = ("middleware", "async dependency", "def dependency", "endpoint")
    variables = {name: ContextVar(name, default="unset") for name in names}

    def log(how: str) -> None:
        stage.log(f"ann {how}: {[variable.get() for variable in variables.values()]}")

    async def task() -> None:
        log("async task")

    async def dependency() -> None:
        variables["async dependency"].set("set")

    def def_dependency() -> None:
        variables["def dependency"].set("set")

    @app.middleware("http")
    async def middleware(request: Received, call_next: RequestResponseEndpoint) -> Response:
        variables["middleware"].set("set")
        return await call_next(request)

    @app.get("/", dependencies=[Depends(dependency), Depends(def_dependency)])
    async def endpoint(tasks: BackgroundTasks) -> None:
        variables["endpoint"].set("set")
        tasks.add_task(task)
        tasks.add_task(log, "def task")


@corner(ANN)
def what_the_lifespan_hands_on(app: FastAPI, stage: Stage) -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
        yield {"engine": "warm"}

    app.router.lifespan_context = lifespan

    @app.get("/")
    async def endpoint(request: Received) -> str:
        return str(request.state.engine)
