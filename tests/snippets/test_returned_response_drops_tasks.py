"""What the page "returned-response-drops-tasks" says, as assertions."""

import inspect
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, BackgroundTasks, FastAPI, Response
from fastapi import Request as HTTPRequest
from fastapi.routing import APIRoute, get_request_handler
from starlette.background import BackgroundTask

from recorder import Request, Story, Timeline, play

Play = Callable[[str], Timeline]
ASK = Story((Request("ann", "/"),))


def bobs_download_is_recorded(timeline: Timeline) -> bool:
    """The invariant: what Bob's request prints is one line, with Bob's name."""
    return [event.text for event in timeline.find("print", visitor="bob")] == ["downloaded by bob"]


def test_wrong_drops_the_dependencys_task_and_runs_the_responses(wrong: Timeline) -> None:
    assert not bobs_download_is_recorded(wrong)
    assert wrong.printed == ""
    assert len(wrong.find("task.skipped", "write_audit")) == 2
    assert len(wrong.find("task.finished", "delete_copy")) == 2
    assert not wrong.find("log")


def test_right_runs_both_in_the_order_in_which_they_were_added(right: Timeline) -> None:
    assert bobs_download_is_recorded(right)
    ends = [(e.name, e.at) for e in right.find("task.finished", visitor="ann")]
    assert ends == [("write_audit", 1.0), ("delete_copy", 2.0)]


def test_a_cached_response_runs_the_first_visitors_task_for_everybody(play: Play) -> None:
    timeline = play("wrong_cached")
    assert not bobs_download_is_recorded(timeline)
    assert timeline.printed == "downloaded by ann\ndownloaded by ann\n"
    assert len(timeline.find("task.skipped", visitor="bob")) == 1


def test_all_answer_the_same(play: Play) -> None:
    for variant in ("wrong", "right", "wrong_cached"):
        answers = [(answer.status, answer.body) for answer in play(variant).responses]
        assert answers == [(200, "the report")] * 2


def test_fastapi_attaches_the_tasks_only_to_a_response_without_a_background() -> None:
    source = inspect.getsource(get_request_handler)
    quoted = (
        "if raw_response.background is None:\n"
        "                        raw_response.background = solved_result.background_tasks"
    )
    assert quoted in source


def ask(endpoint: Callable[..., Any], **router: Any) -> str:
    """What the tasks of an endpoint print, in their order."""
    app = FastAPI()
    routes = APIRouter(**router)
    routes.get("/")(endpoint)
    app.include_router(routes)
    timeline = play(app, ASK)
    assert timeline.responses[0].status == 200
    return timeline.printed


def test_the_responses_own_task_can_be_added_to_the_others() -> None:
    def endpoint(tasks: BackgroundTasks) -> Response:
        tasks.add_task(print, "added")
        response = Response(background=BackgroundTask(print, "own"))
        if response.background:
            tasks.add_task(response.background)
        response.background = tasks
        return response

    assert ask(endpoint) == "added\nown\n"


def test_a_list_of_tasks_inside_another_list_ends_in_an_attribute_error() -> None:
    app = FastAPI()

    @app.get("/")
    def endpoint(tasks: BackgroundTasks) -> Response:
        tasks.add_task(print, "added")
        return Response(background=BackgroundTasks([tasks]))

    timeline = play(app, ASK)
    assert (timeline.responses[0].status, timeline.printed) == (200, "")
    assert [event.text for event in timeline.find("request.failed")] == [
        "AttributeError: 'BackgroundTasks' object has no attribute 'func'"
    ]


def test_a_new_response_with_the_same_body_runs_the_tasks_of_its_own_request() -> None:
    body = "the report"
    app = FastAPI()

    @app.get("/")
    def endpoint(name: str, tasks: BackgroundTasks) -> Response:
        tasks.add_task(print, name)
        return Response(body)

    story = Story(tuple(Request(name, f"/?name={name}") for name in ("ann", "bob")))
    assert play(app, story).printed == "ann\nbob\n"


class Rebuilding(APIRoute):
    """Answers with a new response that has the old one's body, and its tasks if told to."""

    keeps_the_tasks = False

    def get_route_handler(self) -> Callable[[HTTPRequest], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: HTTPRequest) -> Response:
            response = await inner(request)
            kept = response.background if self.keeps_the_tasks else None
            return Response(response.body, background=kept)

        return handle


class Keeping(Rebuilding):
    keeps_the_tasks = True


def test_a_route_class_that_builds_a_new_response_drops_the_tasks_unless_it_passes_them_on() -> (
    None
):
    def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(print, "added")

    assert ask(endpoint, route_class=Rebuilding) == ""
    assert ask(endpoint, route_class=Keeping) == "added\n"
