"""What the page "tasks-from-dependencies" says, as assertions."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import pytest
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Response
from fastapi import Request as HTTPRequest
from fastapi.exceptions import DependencyScopeError
from fastapi.routing import APIRoute
from starlette.background import BackgroundTask

from recorder import Request, Story, Timeline, play

Play = Callable[[str], Timeline]
ASK = Story((Request("ann", "/"),))


def the_transfer_is_in_the_audit_log(timeline: Timeline) -> bool:
    """The invariant: what the request has collected is written."""
    return timeline.printed == "audit: ['ann paid bob']\n"


def test_wrong_answers_200_and_drops_the_task_without_a_word(wrong: Timeline) -> None:
    assert not the_transfer_is_in_the_audit_log(wrong)
    assert wrong.response("ann").status == 200
    assert len(wrong.find("task.skipped", "write_audit")) == 1
    assert not wrong.find("log")
    kinds = [event.kind for event in wrong.events]
    assert kinds.index("response.finished") < kinds.index("dependency.closed")


def test_right_ends_the_dependency_first_and_writes_the_audit_after_the_response(
    right: Timeline,
) -> None:
    assert the_transfer_is_in_the_audit_log(right)
    kinds = [event.kind for event in right.events]
    assert kinds.index("dependency.closed") < kinds.index("response.started")
    assert right.at("response.finished") < right.at("task.finished", "write_audit")


def test_a_dependency_and_a_service_add_to_one_list_in_order(play: Play) -> None:
    ends = [(event.name, event.at) for event in play("service").find("task.finished")]
    assert ends == [("log_visit", 1.0), ("mail_receipt", 2.0)]


async def write(text: str) -> None:
    await asyncio.sleep(1)
    print(text)


def asked(endpoint: Callable[..., Any], dependency: Callable[..., Any], **scope: Any) -> Timeline:
    """The recording of one request to an endpoint with a dependency."""
    app = FastAPI()
    app.get("/", dependencies=[Depends(dependency, **scope)])(endpoint)
    return play(app, ASK)


async def fine() -> None: ...


async def refused() -> None:
    raise HTTPException(409)


async def in_the_exit_code() -> AsyncIterator[None]:
    try:
        yield
    finally:
        await write("audit")


def test_the_code_after_yield_runs_after_the_response_even_without_a_task() -> None:
    timeline = asked(fine, in_the_exit_code)
    assert timeline.printed == "audit\n"
    assert timeline.at("response.finished") == 0.0 < timeline.at("print") == 1.0


def test_after_an_error_it_runs_too_but_before_the_answer() -> None:
    timeline = asked(refused, in_the_exit_code)
    assert timeline.printed == "audit\n"
    assert timeline.response("ann").status == 409
    assert timeline.at("print") == timeline.at("response.started") == 1.0


def test_with_the_scope_a_task_added_after_yield_is_still_dropped_by_an_error() -> None:
    async def audit(tasks: BackgroundTasks) -> AsyncIterator[None]:
        try:
            yield
        finally:
            tasks.add_task(write, "audit")

    assert asked(fine, audit, scope="function").printed == "audit\n"
    assert asked(refused, audit, scope="function").printed == ""


def test_a_yield_dependency_without_the_scope_cannot_depend_on_one_with_it() -> None:
    async def audit() -> AsyncIterator[None]:
        yield

    async def get_db(_: None = Depends(audit, scope="function")) -> AsyncIterator[None]:
        yield

    with pytest.raises(DependencyScopeError) as caught:
        FastAPI().get("/", dependencies=[Depends(get_db)])(fine)
    assert str(caught.value) == (
        'The dependency "get_db" has a scope of "request", '
        'it cannot depend on dependencies with scope "function".'
    )


async def task_of_a_middleware(
    request: HTTPRequest, call_next: Callable[[HTTPRequest], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    response.background = BackgroundTask(write, "middleware")
    return response


def through_the_middleware(endpoint: Callable[..., Any]) -> Timeline:
    app = FastAPI()
    app.middleware("http")(task_of_a_middleware)
    app.get("/")(endpoint)
    return play(app, ASK)


def test_a_middlewares_task_runs_beside_the_endpoints() -> None:
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(write, "endpoint")

    assert set(through_the_middleware(endpoint).printed.split()) == {"endpoint", "middleware"}


@pytest.mark.parametrize(("status", "printed"), [(409, "middleware\n"), (500, "")])
def test_a_middlewares_task_runs_after_an_http_exception_too_but_not_after_a_crash(
    status: int, printed: str
) -> None:
    async def endpoint() -> None:
        raise HTTPException(409) if status == 409 else ValueError

    timeline = through_the_middleware(endpoint)
    assert (timeline.response("ann").status, timeline.printed) == (status, printed)


class Adding(APIRoute):
    """Adds a task to what the endpoint's response already has."""

    def get_route_handler(self) -> Callable[[HTTPRequest], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: HTTPRequest) -> Response:
            response = await inner(request)
            tasks = BackgroundTasks()
            if response.background:
                tasks.add_task(response.background)
            tasks.add_task(write, f"answered {response.status_code}")
            response.background = tasks
            return response

        return handle


def test_a_route_class_adds_to_the_tasks_that_are_there() -> None:
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(write, "endpoint")

    app, routes = FastAPI(), APIRouter(route_class=Adding)
    routes.get("/")(endpoint)
    app.include_router(routes)
    assert play(app, ASK).printed == "endpoint\nanswered 200\n"
