"""What the page "request-context" says, as assertions."""

import asyncio
import re
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from celery import Celery
from fastapi import BackgroundTasks, Body, Depends, FastAPI, Request
from kombu.exceptions import EncodeError

from recorder import Request as Asked
from recorder import Story, Timeline
from recorder import play as play_app
from recorder.load import loaded_apps
from site_build.snippets import FOLDER, ROOT

Play = Callable[[str], Timeline]
HERE = FOLDER / "request_context"


def the_order_is_marked_as_paid(timeline: Timeline) -> bool:
    """The invariant: what the provider was told is received has been handled."""
    return timeline.printed == "order 7 is paid\n"


def test_wrong_answers_200_and_loses_the_event(wrong: Timeline) -> None:
    assert not the_order_is_marked_as_paid(wrong)
    assert wrong.response("provider").status == 200
    assert [event.text for event in wrong.find("task.failed")] == ["ClientDisconnect"]
    assert not wrong.find("client.disconnected")


def test_right_handles_the_event(right: Timeline) -> None:
    assert the_order_is_marked_as_paid(right)
    assert right.response("provider").status == 200


def answer_in_a_test(path: Path, client: str, request: tuple[str, Any]) -> int:
    """The status that an app's file answers to a test client, which waits for the tasks."""
    address, body = request
    with loaded_apps(path, 1) as (app,), warnings.catch_warnings(action="ignore"):
        from fastapi.testclient import TestClient  # Starlette wants another httpx

        async def post() -> int:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
                return (await http.post(f"https://test{address}", json=body)).status_code

        if client == "ASGITransport":
            return asyncio.run(post())
        return TestClient(app).post(address, json=body).status_code


@pytest.mark.parametrize("client", ["TestClient", "ASGITransport"])
@pytest.mark.parametrize(
    ("variant", "request_", "printed"),
    [
        ("wrong", ("/webhooks/payment", {"order": 7}), "order 7 is paid\n"),
        ("wrong_disconnected", ("/reports/7", None), "report 7 is ready\n"),
    ],
)
def test_a_test_client_hides_both_faults(
    variant: str,
    request_: tuple[str, Any],
    printed: str,
    client: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda _: sleep(0))
    assert answer_in_a_test(HERE / f"{variant}.py", client, request_) in (200, 202)
    assert capsys.readouterr().out == printed


def posted(app: FastAPI, body: Any = "", leaves: float | None = None) -> Timeline:
    return play_app(app, Story((Asked("ann", "/", "POST", body=body, leaves=leaves),)))


@pytest.mark.parametrize("who", ["the endpoint", "FastAPI, for a parameter"])
def test_a_body_that_was_read_before_the_response_can_be_read_again(who: str) -> None:
    app = FastAPI()

    async def handle(request: Request) -> None:
        print(await request.json())

    async def endpoint(request: Request, tasks: BackgroundTasks) -> None:
        await request.body()
        tasks.add_task(handle, request)

    async def endpoint_with_parameter(
        event: Annotated[dict[str, int], Body()], request: Request, tasks: BackgroundTasks
    ) -> None:
        tasks.add_task(handle, request)

    app.post("/")(endpoint if who == "the endpoint" else endpoint_with_parameter)

    assert posted(app, {"order": 7}).printed == "{'order': 7}\n"


def test_headers_address_client_and_state_are_still_there(play: Play) -> None:
    timeline = play("still_there")
    assert timeline.at("response.finished") == 0.0 < timeline.at("task.finished") == 3.0
    assert timeline.printed == (
        "header: curl\naddress: /menu soup\nclient: testclient\nstate: by the window\n"
    )


def the_report_is_made(timeline: Timeline) -> bool:
    """The invariant: the ordered report is ready in the end."""
    return timeline.printed == "report 7 is ready\n"


def test_a_task_that_asks_whether_the_client_is_there_does_nothing(play: Play) -> None:
    timeline = play("wrong_disconnected")
    assert not the_report_is_made(timeline)
    assert timeline.response("ann").status == 202
    assert timeline.at("task.finished", "render") == 0.0
    assert not timeline.find("client.disconnected")


def test_a_task_that_does_not_ask_makes_the_report(play: Play) -> None:
    assert the_report_is_made(play("right_disconnected"))


def the_error_names_its_request(timeline: Timeline) -> bool:
    """The invariant: the line that the task logs bears the request's id."""
    return [e.text for e in timeline.find("log")] == ["ERROR [a7] receipt for order 7 was not sent"]


def test_a_variable_that_a_def_dependency_set_is_lost(play: Play) -> None:
    timeline = play("wrong_contextvar")
    assert not the_error_names_its_request(timeline)
    assert timeline.find("log")[0].text == "ERROR [-] receipt for order 7 was not sent"


@pytest.mark.parametrize("variant", ["right_contextvar", "right_argument"])
def test_an_async_def_dependency_or_an_argument_keeps_it(play: Play, variant: str) -> None:
    assert the_error_names_its_request(play(variant))


def test_wrong_and_right_differ_in_one_word() -> None:
    wrong, right = ((HERE / f"{side}_contextvar.py").read_text() for side in ("wrong", "right"))
    assert wrong.replace("def remember", "async def remember") == right


def test_a_task_sees_what_was_set_on_the_event_loop_and_not_what_was_set_in_a_thread(
    play: Play,
) -> None:
    lost = ["def_dependency lost", "def_yield_dependency lost"]
    assert [event.text for event in play("places").find("print")] == [
        *("async_dependency seen", *lost, "endpoint seen"),
        *("async_dependency seen", *lost, "endpoint lost"),
    ]


def test_a_reset_in_the_middleware_comes_too_early_to_matter(play: Play) -> None:
    timeline = play("reset")
    assert timeline.printed == (
        "[-] the middleware has reset it\n[a7] receipt for order 7 is out\n"
    )
    assert timeline.find("print")[0].at == 0.0 < timeline.at("task.finished") == 1.0


variable: ContextVar[str] = ContextVar("variable", default="-")


class ASGIMiddleware:
    """Sets the variable, and resets it when the app is done."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        token = variable.set("seen")
        try:
            await self.app(scope, receive, send)
        finally:
            variable.reset(token)
            print("reset")


async def http_middleware(request: Request, call_next: Any) -> Any:
    token = variable.set("seen")
    try:
        return await call_next(request)
    finally:
        variable.reset(token)
        print("reset")


async def async_dependency() -> None:
    variable.set("seen")


async def async_yield_dependency() -> AsyncIterator[None]:
    variable.set("seen")
    yield
    variable.set("too late")


def def_dependency() -> None:
    variable.set("seen")


def def_yield_dependency() -> Iterator[None]:
    variable.set("seen")
    yield


DEPENDENCIES = {
    "async dependency": async_dependency,
    "async yield dependency": async_yield_dependency,
    "def dependency": def_dependency,
    "def yield dependency": def_yield_dependency,
}


async def async_task() -> None:
    print(variable.get())


def def_task() -> None:
    print(variable.get())


def app_that_sets_it_in(place: str, task: Callable[[], Any]) -> FastAPI:
    app = FastAPI()

    async def async_endpoint(tasks: BackgroundTasks) -> None:
        if place == "async endpoint":
            variable.set("seen")
        tasks.add_task(task)

    def def_endpoint(tasks: BackgroundTasks) -> None:
        variable.set("seen")
        tasks.add_task(task)

    needs = [Depends(DEPENDENCIES[place])] if place in DEPENDENCIES else []
    app.post("/", dependencies=needs)(def_endpoint if place == "def endpoint" else async_endpoint)
    if place == "ASGI middleware":
        app.add_middleware(ASGIMiddleware)
    if place == "http middleware":
        app.middleware("http")(http_middleware)
    return app


@pytest.mark.parametrize("task", [async_task, def_task])
@pytest.mark.parametrize(
    ("place", "printed"),
    [
        ("ASGI middleware", "seen\nreset\n"),
        ("http middleware", "reset\nseen\n"),
        ("async dependency", "seen\n"),
        ("async yield dependency", "seen\n"),
        ("async endpoint", "seen\n"),
        ("def dependency", "-\n"),
        ("def yield dependency", "-\n"),
        ("def endpoint", "-\n"),
    ],
)
def test_async_and_def_tasks_see_the_same_variables(
    place: str, printed: str, task: Callable[[], Any]
) -> None:
    assert posted(app_that_sets_it_in(place, task)).printed == printed


def test_what_a_def_dependency_puts_into_request_state_is_seen() -> None:
    app = FastAPI()

    def remember(request: Request) -> None:
        request.state.user = "ann"

    @app.post("/", dependencies=[Depends(remember)])
    async def endpoint(request: Request, tasks: BackgroundTasks) -> None:
        tasks.add_task(lambda: print(request.state.user))

    assert posted(app).printed == "ann\n"


def both_events_are_saved(timeline: Timeline) -> bool:
    """The invariant: what was recorded is saved."""
    return timeline.printed == "saved ['click', 'scroll']\n"


def test_a_list_that_is_cleared_after_add_task_is_empty_in_the_task(play: Play) -> None:
    assert not both_events_are_saved(play("wrong_mutable"))
    assert play("wrong_mutable").printed == "saved []\n"


def test_a_copy_is_what_it_was(play: Play) -> None:
    assert both_events_are_saved(play("right_mutable"))


def test_a_client_that_leaves_before_or_after_its_answer_stops_no_task(play: Play) -> None:
    timeline = play("client_leaves")
    assert [event.at for event in timeline.find("client.disconnected")] == [1.0, 5.0]
    assert [response.visitor for response in timeline.responses] == ["bob"]
    for visitor, end in (("ann", 6.0), ("bob", 7.0)):
        assert timeline.at("task.finished", "cook", visitor) == end
    assert not timeline.find("task.cancelled")


queue = Celery(broker="memory://")


@queue.task
def handle(what: Any) -> None:
    pass


def test_data_can_be_handed_to_celery() -> None:
    assert handle.delay({"order": 7}).id


def test_a_request_cannot_be_handed_to_celery() -> None:
    request = Request({"type": "http", "method": "POST", "path": "/", "headers": []})
    with pytest.raises(EncodeError, match=r"^Object of type Request is not JSON serializable$"):
        handle.delay(request)


def found_by_searching() -> Iterator[set[str]]:
    """The variants that each of the page's `rg -nU` lines finds."""
    page = (ROOT / "docs/en/request-context.md").read_text("utf-8")
    for pattern in re.findall(r'`rg -nU "(.+?)" --type py`', page):
        look = re.compile(pattern, re.M)
        yield {path.stem for path in HERE.glob("*.py") if look.search(path.read_text("utf-8"))}


def test_the_search_lines_find_what_is_wrong_and_not_what_is_right() -> None:
    requests, variables = found_by_searching()
    assert {"wrong", "wrong_disconnected"} <= requests
    assert "wrong_contextvar" in variables
    assert not {v for v in requests | variables if v.startswith("right")}
