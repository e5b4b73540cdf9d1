"""What a server does round an app: its lifespan, clients that leave, bodies, middleware, files."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Any

import anyio
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, File, Form, UploadFile, WebSocket
from fastapi import Request as Asked
from fastapi.responses import FileResponse, PlainTextResponse, StreamingResponse
from fastapi.sse import EventSourceResponse
from starlette.middleware.base import BaseHTTPMiddleware

from recorder import AppError, Request, Story, StoryError, Timeline, play
from recorder.story import File as Upload
from tests.recorder.apps import answering, app_with, run, told

GET = Request("ann", "/")


def with_lifespan(fails: bool = False) -> FastAPI:
    """An app that takes 2 s to start and 1 s to stop."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
        await asyncio.sleep(2)
        if fails:
            raise ConnectionError("no database")
        yield {"pool": "open"}
        await asyncio.sleep(1)

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def endpoint(asked: Asked) -> str:
        return str(asked.state.pool)

    return app


# -- lifespan ---------------------------------


def test_the_lifespan_is_started_before_all_requests_and_stopped_after_all_tasks() -> None:
    timeline = run(with_lifespan(), GET)
    assert told(timeline, "lifespan", "request") == [
        (0.0, "request.sent", ""),
        (2.0, "lifespan.started", ""),
        (2.0, "request.received", ""),
        (3.0, "lifespan.stopped", ""),
    ]
    assert timeline.response("ann").body == '"open"'


def test_fastapis_own_lifespan_is_no_event() -> None:
    async def endpoint() -> None: ...

    assert not run(answering(endpoint), GET).find("lifespan.started")


def test_each_worker_has_a_lifespan_of_its_own() -> None:
    story = Story((GET, Request("bob", "/", worker=1)))
    timeline = play([with_lifespan(), with_lifespan()], story)
    assert len(timeline.find("lifespan.started")) == len(timeline.find("lifespan.stopped")) == 2


def test_an_app_that_does_not_start_is_refused_with_its_line() -> None:
    with pytest.raises(AppError, match=r"test_server\.py:\d+: does not start: ConnectionError: no"):
        run(with_lifespan(fails=True), GET)


def test_an_app_that_knows_no_lifespan_is_served_all_the_same() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    assert play(app, Story((GET,))).response("ann").status == 204


# -- clients that leave ---------------------------------


def leaving(at: float) -> Timeline:
    """An endpoint of 2 s and a task of 2 s; the client leaves at some moment."""

    async def work() -> None:
        await asyncio.sleep(2)

    async def endpoint(tasks: BackgroundTasks) -> str:
        tasks.add_task(work)
        await asyncio.sleep(2)
        return "done"

    return run(answering(endpoint), Request("ann", "/", leaves=at))


@pytest.mark.parametrize("at", [1.0, 3.0], ids=["before the response", "during the task"])
def test_a_client_that_leaves_cancels_neither_endpoint_nor_task(at: float) -> None:
    timeline = leaving(at)
    assert timeline.at("client.disconnected") == at
    assert timeline.at("task.finished", "work") == 4.0
    assert len(timeline.find("response.finished")) == (at > 2)


def test_a_client_that_leaves_during_a_stream_cancels_the_stream_and_not_the_task() -> None:
    async def chunks() -> AsyncIterator[str]:
        for number in range(9):
            yield str(number)
            await asyncio.sleep(1)

    async def work() -> None:
        await asyncio.sleep(1)

    async def endpoint(tasks: BackgroundTasks) -> StreamingResponse:
        tasks.add_task(work)
        return StreamingResponse(chunks())

    timeline = run(answering(endpoint), Request("ann", "/", leaves=2.5))
    assert timeline.response("ann").body == "012"
    assert timeline.at("task.finished", "work") == 3.5


def test_an_endpoint_can_ask_whether_the_client_is_there() -> None:
    async def endpoint(asked: Asked) -> None:
        for _ in range(2):
            await asyncio.sleep(1)
            print(await asked.is_disconnected())

    assert run(answering(endpoint), Request("ann", "/", leaves=1.5)).printed == "False\nTrue\n"


def test_an_app_learns_that_its_websockets_client_has_left() -> None:
    app = FastAPI()

    @app.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        async for text in socket.iter_text():
            print(text)
        print("left")

    asked = Request("ann", "/", "WEBSOCKET", leaves=2)
    assert run(app, asked).at("print") == 2.0


# -- bodies ---------------------------------


def test_forms_and_uploads_arrive_and_the_file_is_open_in_a_task() -> None:
    app = FastAPI()

    async def read(upload: UploadFile) -> None:
        print((await upload.read()).decode())

    @app.post("/")
    async def endpoint(
        tasks: BackgroundTasks, name: Annotated[str, Form()], photo: Annotated[UploadFile, File()]
    ) -> list[str | None]:
        tasks.add_task(read, photo)
        return [name, photo.filename, photo.content_type]

    asked = Request("ann", "/", "POST", form={"name": "é"}, files=(Upload("photo", "a.txt", "图"),))
    timeline = run(app, asked)
    assert json.loads(timeline.response("ann").body) == ["é", "a.txt", "text/plain"]
    assert timeline.printed == "图\n"


def test_a_form_without_files_is_url_encoded() -> None:
    async def endpoint(asked: Asked) -> str:
        return (await asked.body()).decode()

    app = FastAPI()
    app.post("/")(endpoint)
    timeline = run(app, Request("ann", "/", "POST", form={"a": "1 2"}))
    assert timeline.response("ann").body == '"a=1+2"'


def test_a_body_that_nobody_has_read_is_gone_after_the_response_as_on_uvicorn() -> None:
    app = FastAPI()

    async def audit(asked: Asked) -> None:
        print(await asked.is_disconnected())
        await asked.body()

    @app.post("/")
    async def endpoint(asked: Asked, tasks: BackgroundTasks) -> None:
        tasks.add_task(audit, asked)

    timeline = run(app, Request("ann", "/", "POST", body="hello"))
    assert timeline.find("task.failed", "audit")[0].text == "ClientDisconnect"
    assert timeline.printed == "True\n"


# -- middleware ---------------------------------


class Pure:
    """A pure ASGI middleware that says when the app is done."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)
        if scope["type"] == "http":
            print("after")


class Http(BaseHTTPMiddleware):
    """A middleware of Starlette's kind that says when it has the response."""

    async def dispatch(self, request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        print("after")
        return response


@pytest.mark.parametrize(("middleware", "after"), [(Pure, 3.0), (Http, 0.0)])
def test_a_pure_middleware_waits_for_the_tasks_and_starlettes_does_not(
    middleware: Any, after: float
) -> None:
    async def work() -> None:
        await asyncio.sleep(3)

    app = app_with(work)
    app.add_middleware(middleware)
    timeline = run(app)
    assert timeline.at("print") == after
    assert timeline.at("response.finished") == 0.0
    assert timeline.at("task.finished", "work") == 3.0


# -- responses ---------------------------------


def test_a_file_is_sent_before_the_tasks(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("report", "utf-8")

    async def endpoint(tasks: BackgroundTasks) -> FileResponse:
        tasks.add_task(path.unlink)
        return FileResponse(path)

    timeline = run(answering(endpoint), GET)
    assert timeline.response("ann").body == "report"
    assert len(timeline.find("task.finished", "unlink")) == 1
    assert not path.exists()


def test_server_sent_events_arrive_one_by_one_and_the_task_comes_after() -> None:
    app = FastAPI()

    async def work() -> None: ...

    @app.get("/", response_class=EventSourceResponse)
    async def endpoint(tasks: BackgroundTasks) -> AsyncIterator[dict[str, int]]:
        tasks.add_task(work)
        for number in (1, 2):
            await asyncio.sleep(1)
            yield {"n": number}

    timeline = run(app, GET)
    chunks = [(e.at, e.text) for e in timeline.find("response.chunk")]
    assert chunks == [(1.0, 'data: {"n":1}'), (2.0, 'data: {"n":2}')]
    assert timeline.at("task.started", "work") == 2.0


# -- context variables, cancellation, groups ---------------------------------

who: ContextVar[str] = ContextVar("who", default="nobody")


def tell() -> None:
    print(who.get())


@pytest.mark.parametrize("kind", ["async", "def"])
def test_a_task_sees_the_context_of_async_code_and_not_that_of_def_code(kind: str) -> None:
    async def from_async() -> None:
        who.set("ann")

    def from_def() -> None:
        who.set("ann")

    app = FastAPI()

    @app.get("/", dependencies=[Depends(from_async if kind == "async" else from_def)])
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(tell)

    assert run(app, GET).printed == ("ann\n" if kind == "async" else "nobody\n")


def test_anyios_children_are_spans_too() -> None:
    async def child(seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def parent() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(child, 1)
            group.start_soon(child, 2)

    ends = [(e.name, e.at) for e in run(app_with(parent)).find("task.finished")]
    assert ends == [("parent/child", 1.0), ("parent/child (2)", 2.0), ("parent", 2.0)]


def test_anyios_scopes_are_cancelled_in_the_same_order_in_each_run() -> None:
    async def child() -> None:
        with anyio.CancelScope():
            await anyio.sleep(9)

    async def parent() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(9):
                group.start_soon(child)
            await anyio.sleep(1)
            group.cancel_scope.cancel()

    assert len({run(app_with(parent)).to_json() for _ in range(20)}) == 1


def test_a_group_of_errors_is_told_with_what_it_holds() -> None:
    async def fail(what: str) -> None:
        raise ConnectionError(what)

    async def parent() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail("no mail"))
            group.create_task(fail("no ink"))

    assert run(app_with(parent)).find("task.failed", "parent")[0].text == (
        "ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions): "
        "ConnectionError: no mail; ConnectionError: no ink"
    )


@pytest.mark.parametrize("wait", [asyncio.wait_for, None], ids=["wait_for", "timeout"])
def test_waiting_with_a_timeout_makes_no_span_in_any_python(wait: Any) -> None:
    async def child() -> None:
        await asyncio.sleep(1)

    async def parent() -> None:
        if wait:
            await wait(child(), 5)
        else:
            async with asyncio.timeout(5):
                await child()

    assert [e.name for e in run(app_with(parent)).find("task.finished")] == ["parent"]


def test_a_contradiction_in_a_request_is_refused() -> None:
    with pytest.raises(ValueError, match="leaves at 1, before it is sent at 2"):
        Request("ann", "/", at=2, leaves=1)
    with pytest.raises(ValueError, match="a body and a form"):
        Request("ann", "/", body="x", form={"a": "b"})


def test_a_sync_stream_runs_in_threads_and_blocks_nobody() -> None:
    def chunks() -> Any:
        for number in range(2):
            time.sleep(1)
            yield str(number)

    async def endpoint() -> StreamingResponse:
        return StreamingResponse(chunks())

    timeline = run(answering(endpoint), GET, Request("bob", "/", at=0.5))
    assert timeline.at("request.received", visitor="bob") == 0.5
    assert [e.at for e in timeline.find("response.chunk", visitor="ann")] == [1.0, 2.0]


# -- what a client sends, and what a server holds an app to -----------


def test_a_get_announces_no_body_and_a_post_does() -> None:
    app = FastAPI()

    @app.api_route("/", methods=["GET", "POST"])
    async def endpoint(asked: Asked) -> list[str]:
        return sorted(asked.headers)

    timeline = run(app, GET, Request("bob", "/", "POST"))
    assert timeline.response("ann").body == '["host"]'
    assert timeline.response("bob").body == '["content-length","host"]'


def test_a_header_may_come_twice_and_replace_what_a_client_sends_by_itself() -> None:
    async def endpoint(asked: Asked) -> list[list[str]]:
        return [asked.headers.getlist("x-token"), asked.headers.getlist("host")]

    asked = Request("ann", "/", headers={"X-Token": ["a", "b"], "Host": "shop.test"})
    assert run(answering(endpoint), asked).response("ann").body == '[["a","b"],["shop.test"]]'


@pytest.mark.parametrize(("length", "word"), [("3", "longer"), ("9", "shorter")])
def test_a_body_that_is_not_as_long_as_announced_is_an_error(length: str, word: str) -> None:
    async def work() -> None: ...

    async def endpoint(tasks: BackgroundTasks) -> PlainTextResponse:
        tasks.add_task(work)
        return PlainTextResponse("hello", headers={"content-length": length})

    timeline = run(answering(endpoint), GET)
    failed = timeline.find("request.failed")
    assert [e.text for e in failed] == [
        f"RuntimeError: Response content {word} than Content-Length"
    ]
    assert len(timeline.find("task.skipped", "work")) == 1


def test_play_inside_a_running_loop_is_refused() -> None:
    async def nested() -> None:
        run(app_with())

    with pytest.raises(StoryError, match="an event loop is running already"):
        asyncio.run(nested())


def test_who_is_waiting_when_the_loop_is_free_again_comes_before_who_knocks() -> None:
    async def ann() -> None:
        await asyncio.sleep(1)
        time.sleep(1)

    async def bob() -> None:
        await asyncio.sleep(0.5)
        time.sleep(1)

    app = FastAPI()
    app.get("/ann")(ann)
    app.get("/bob")(bob)
    asked = (Request("ann", "/ann"), Request("bob", "/bob"), Request("cat", "/nothing", at=1.2))
    assert run(app, *asked).at("request.received", visitor="cat") == 2.5


def test_what_is_sent_to_a_client_that_left_while_the_loop_was_blocked_is_lost() -> None:
    def chunks() -> Any:
        for number in range(9):
            time.sleep(0.5)
            yield str(number)

    async def stream() -> StreamingResponse:
        return StreamingResponse(chunks())

    async def block() -> None:
        time.sleep(1)

    app = FastAPI()
    app.get("/")(stream)
    app.get("/block")(block)
    timeline = run(app, Request("ann", "/", leaves=1.2), Request("bob", "/block", at=1.0))
    assert [e.at for e in timeline.find("response.chunk")] == [0.5, 1.0]
    assert timeline.at("client.disconnected") == 1.2
