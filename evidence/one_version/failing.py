"""What becomes of a background task's error."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import BackgroundTasks, HTTPException, Request
from fastapi.responses import JSONResponse

from evidence.one_version.serving import Result, Scene

LEAVING_S = 0.5  # in this time a client that leaves is gone
DOWN = ConnectionError("the mail server is down")


async def async_task() -> None:
    raise DOWN


def def_task() -> None:
    raise DOWN


def with_tasks(scene: Scene, *tasks: Callable[[], Any]) -> Scene:
    """A scene whose endpoint leaves tasks behind."""

    @scene.app.post("/users")
    async def create_user(background: BackgroundTasks) -> str:
        for task in tasks:
            background.add_task(task)
        return "welcome"

    return scene


def failure_skips() -> Result:
    result: Result = {}
    for kind, fails in {"async": async_task, "def": def_task}.items():
        scene = Scene()
        with_tasks(scene, fails, partial(scene.note, "next task"))
        answer = scene.ask()
        result[f"task_after_{kind}_failure_runs"] = "next task" in scene.happened
        result |= {"status": answer.status, "body_complete": answer.body == '"welcome"'}
        result["logged"] = scene.log.told
    return result


def handlers() -> Result:
    """An exception handler is registered for what the task raises."""
    return (
        _handled("specific_handler", ConnectionError, DOWN)
        | _handled("http_exception_handler", HTTPException, HTTPException(409))
        | _handled("exception_handler", Exception, DOWN)
        | _handled("status_500_handler", 500, DOWN)
    )


def _handled(name: str, registered: Any, raised: Exception) -> Result:
    scene = Scene()

    async def handler(request: Request, error: Exception) -> JSONResponse:
        scene.note("handler")
        return JSONResponse("handled", 418)

    async def task() -> None:
        raise raised

    scene.app.add_exception_handler(registered, handler)
    status = with_tasks(scene, task).post()
    return {
        f"{name}_runs": "handler" in scene.happened,
        f"{name}_status": status,
        f"{name}_logged": scene.log.told,
        f"{name}_cause_logged": scene.log.cause,
    }


def http_middleware_error() -> Result:
    """A task fails behind a BaseHTTPMiddleware, its client there or gone, and a pure ASGI one."""
    base, left, pure = _behind_http_middleware(), _behind_http_middleware(), Scene()
    pure.app.add_middleware(Watching, scene=pure)
    with_tasks(pure, slowly_failing)
    status, pure_status = base.post(), pure.post()
    left.ask(stays=False)
    return {
        "error_logged": bool(base.log.told),
        "error_logged_if_client_leaves": bool(left.log.told),
        "logged": base.log.told,
        "status": status,
        "http_middleware_sees_error": "middleware saw it" in base.happened,
        "asgi_middleware_error_logged": bool(pure.log.told),
        "asgi_middleware_status": pure_status,
        "asgi_middleware_sees_error": "middleware saw it" in pure.happened,
    }


async def slowly_failing() -> None:
    await asyncio.sleep(LEAVING_S)
    raise DOWN


def _behind_http_middleware() -> Scene:
    scene = with_tasks(Scene(), slowly_failing)

    @scene.app.middleware("http")
    async def middleware(request: Request, call_next: Any) -> Any:
        try:
            return await call_next(request)
        except Exception:
            scene.note("middleware saw it")
            raise

    return scene


class Watching:
    """A pure ASGI middleware that notes an error and raises it again."""

    def __init__(self, app: Any, scene: Scene) -> None:
        self.app, self.scene = app, scene

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception:
            self.scene.note("middleware saw it")
            raise
