"""Which tasks run, and which are dropped without a word."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from inspect import signature
from typing import Any

from fastapi import BackgroundTasks, Depends, HTTPException, Request, Response, WebSocket
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask

from evidence.one_version.serving import Result, Scene


def scope_exists() -> bool:
    """Whether this release has `Depends(…, scope=…)`."""
    return "scope" in signature(Depends).parameters


def add_task_after_yield() -> Result:
    """A task is added in the exit code of a dependency."""
    result = {f"{kind}_dependency_task_runs": _added_on_exit(kind) for kind in ("async", "def")}
    if scope_exists():
        result["function_scope_task_runs"] = _added_on_exit("async", scope="function")
    return result


def _added_on_exit(kind: str, **scope: Any) -> bool:
    scene = Scene()

    async def async_dependency(tasks: BackgroundTasks) -> AsyncIterator[None]:
        yield
        scene.note("exit")
        tasks.add_task(scene.note, "task")

    def def_dependency(tasks: BackgroundTasks) -> Iterator[None]:
        yield
        scene.note("exit")
        tasks.add_task(scene.note, "task")

    dependency = {"async": async_dependency, "def": def_dependency}[kind]

    @scene.app.post("/users")
    def create_user(_: None = Depends(dependency, **scope)) -> None: ...

    scene.post()
    assert "exit" in scene.happened
    return "task" in scene.happened


def own_background() -> Result:
    """The endpoint has added a task, and returns a response of its own."""
    own = _returning(lambda scene, _: Response(background=BackgroundTask(scene.note, "own")))
    plain = _returning(lambda scene, _: Response())
    passed_on = _returning(lambda scene, tasks: Response(background=tasks))
    parameter = Scene()

    @parameter.app.post("/users")
    def create_user(tasks: BackgroundTasks, response: Response) -> None:
        tasks.add_task(parameter.note, "injected")
        response.background = BackgroundTask(parameter.note, "own")

    parameter.post()
    return {
        "injected_task_runs_beside_own_background": "injected" in own.happened,
        "own_background_runs": "own" in own.happened,
        "injected_task_runs_with_own_response": "injected" in plain.happened,
        "injected_task_runs_if_passed_on": "injected" in passed_on.happened,
        "background_of_response_parameter_runs": "own" in parameter.happened,
        "injected_task_runs_beside_response_parameter": "injected" in parameter.happened,
    }


def _returning(respond: Callable[[Scene, BackgroundTasks], Response]) -> Scene:
    scene = Scene()

    @scene.app.post("/users")
    def create_user(tasks: BackgroundTasks) -> Response:
        tasks.add_task(scene.note, "injected")
        return respond(scene, tasks)

    scene.post()
    return scene


def raise_drops() -> Result:
    """A task has been added when something is raised."""
    return (
        _raising("http_exception", HTTPException(409))
        | _raising("other_exception", ConnectionError("the mail server is down"))
        | _raising("dependency", HTTPException(401), in_dependency=True)
        | _raising("validation", None, path="/users?count=many")
        | _raising("response_model", None)
        | _handlers_response()
    )


def _raising(
    name: str, error: Exception | None, in_dependency: bool = False, path: str = "/users?count=1"
) -> Result:
    """The first dependency adds a task; then the error, or an answer that is no number."""
    scene = Scene()

    def first(tasks: BackgroundTasks) -> None:
        tasks.add_task(scene.note, "task")

    def second(_: None = Depends(first)) -> None:
        if error and in_dependency:
            raise error

    @scene.app.post("/users", response_model=int)
    def create_user(count: int, _: None = Depends(second)) -> str:
        if error:
            raise error
        return "no number"

    status = scene.ask(path=path).status
    return {f"{name}_task_runs": "task" in scene.happened, f"{name}_status": status}


def _handlers_response() -> Result:
    scene = Scene()

    @scene.app.exception_handler(HTTPException)
    async def handler(request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse("sorry", 409, background=BackgroundTask(scene.note, "handler's task"))

    @scene.app.post("/users")
    def create_user(tasks: BackgroundTasks) -> None:
        tasks.add_task(scene.note, "task")
        raise HTTPException(409)

    scene.post()
    return {
        "task_of_handlers_response_runs": "handler's task" in scene.happened,
        "task_beside_handlers_response_runs": "task" in scene.happened,
    }


def websocket() -> Result:
    """Raw ASGI messages: no package for WebSockets is older than all the releases."""
    scene = Scene()

    @scene.app.websocket("/chat")
    async def chat(socket: WebSocket, tasks: BackgroundTasks) -> None:
        await socket.accept()
        tasks.add_task(scene.note, "task")
        await socket.send_text(f"got {await socket.receive_text()}")
        await socket.close()

    sent = asyncio.run(_talk(scene.app))
    return {
        "answered": {"type": "websocket.send", "text": "got hi"} in sent,
        "task_runs": "task" in scene.happened,
    }


async def _talk(app: Any) -> list[dict[str, Any]]:
    """What the app sends to a client that says hi; over when the app's call is."""
    sent: list[dict[str, Any]] = []
    to_come: list[dict[str, Any]] = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "hi"},
        {"type": "websocket.disconnect", "code": 1000},
    ]

    async def receive() -> dict[str, Any]:
        return to_come.pop(0)

    async def send(message: Any) -> None:
        sent.append({key: value for key, value in message.items() if value is not None})

    scope = {
        **{"type": "websocket", "path": "/chat", "raw_path": b"/chat", "query_string": b""},
        **{"headers": [], "subprotocols": [], "scheme": "ws", "root_path": "", "client": None},
        **{"asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1"},
    }
    await app(scope, receive, send)
    return sent
