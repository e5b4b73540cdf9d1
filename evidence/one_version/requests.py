"""What of its request a task can use: an uploaded file, context variables."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from typing import Any

from fastapi import BackgroundTasks, Depends, Request, UploadFile

from evidence.one_version.serving import Result, Scene

FORM = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nsoup\r\n--x--\r\n'
MULTIPART = {"content-type": "multipart/form-data; boundary=x"}
waiter = ContextVar("waiter", default="nobody")


def uploadfile() -> Result:
    async def by_await(file: UploadFile) -> bytes:
        return await file.read()

    def by_call(file: UploadFile) -> bytes:
        return file.file.read()

    return _uploaded("async", by_await) | _uploaded("def", by_call)


def _uploaded(kind: str, read: Callable[[UploadFile], Any]) -> Result:
    scene, result = Scene(), {f"{kind}_task_reads": False, f"{kind}_task_error": ""}

    async def async_task(file: UploadFile) -> None:
        result[f"{kind}_task_reads"] = await read(file) == b"soup"

    def def_task(file: UploadFile) -> None:
        result[f"{kind}_task_reads"] = read(file) == b"soup"

    @scene.app.post("/users")
    async def create_user(file: UploadFile, tasks: BackgroundTasks) -> None:
        tasks.add_task({"async": async_task, "def": def_task}[kind], file)

    answer = scene.ask(body=FORM, headers=MULTIPART)
    assert answer.status == 200, answer
    result[f"{kind}_task_error"] = scene.error
    return result


def contextvars() -> Result:
    """A context variable is set somewhere; does an async and a def task see it?"""
    found = {place: _seen(make) for place, make in PLACES.items()}
    return {
        f"{place}_seen_by_{kind}_task": seen[kind]
        for place, seen in found.items()
        for kind in ("async", "def")
    }


def _seen(make: Callable[[Scene], Any]) -> dict[str, bool]:
    scene, said = Scene(), {}

    async def async_task() -> None:
        said["async"] = waiter.get()

    def def_task() -> None:
        said["def"] = waiter.get()

    def leave(tasks: BackgroundTasks) -> None:
        tasks.add_task(async_task)
        tasks.add_task(def_task)

    endpoint = make(scene)
    scene.app.post("/users", dependencies=[Depends(leave)])(endpoint)
    scene.post()
    return {kind: said[kind] == "ann" for kind in ("async", "def")}


def async_endpoint(scene: Scene) -> Any:
    async def endpoint() -> None:
        waiter.set("ann")

    return endpoint


def def_endpoint(scene: Scene) -> Any:
    def endpoint() -> None:
        waiter.set("ann")

    return endpoint


def with_dependency(dependency: Callable[..., Any]) -> Callable[[Scene], Any]:
    def make(scene: Scene) -> Any:
        def endpoint(_: None = Depends(dependency)) -> None: ...

        return endpoint

    return make


async def async_dependency() -> None:
    waiter.set("ann")


def def_dependency() -> None:
    waiter.set("ann")


async def async_yield_dependency() -> AsyncIterator[None]:
    waiter.set("ann")
    yield


def def_yield_dependency() -> Iterator[None]:
    waiter.set("ann")
    yield


async def async_yield_exit() -> AsyncIterator[None]:
    yield
    waiter.set("ann")


def def_yield_exit() -> Iterator[None]:
    yield
    waiter.set("ann")


def http_middleware(scene: Scene) -> Any:
    """It takes the value back when the response has come."""

    @scene.app.middleware("http")
    async def middleware(request: Request, call_next: Any) -> Any:
        token = waiter.set("ann")
        try:
            return await call_next(request)
        finally:
            waiter.reset(token)

    return lambda: None


class Setting:
    """A pure ASGI middleware."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        waiter.set("ann")
        await self.app(scope, receive, send)


def asgi_middleware(scene: Scene) -> Any:
    scene.app.add_middleware(Setting)
    return lambda: None


PLACES: dict[str, Callable[[Scene], Any]] = {
    "asgi_middleware": asgi_middleware,
    "http_middleware": http_middleware,
    "async_endpoint": async_endpoint,
    "def_endpoint": def_endpoint,
    "async_dependency": with_dependency(async_dependency),
    "def_dependency": with_dependency(def_dependency),
    "async_yield_dependency": with_dependency(async_yield_dependency),
    "def_yield_dependency": with_dependency(def_yield_dependency),
    "async_yield_exit": with_dependency(async_yield_exit),
    "def_yield_exit": with_dependency(def_yield_exit),
}
