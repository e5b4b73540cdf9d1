"""What the page "exception-drops-tasks" says, as assertions."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Response
from fastapi import Request as HTTPRequest
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.routing import get_request_handler

from recorder import Request, Story, Timeline, play, play_file
from site_build.snippets import ROOT

Play = Callable[[str], Timeline]
FOLDER = ROOT / "snippets" / "exception_drops_tasks"


def the_refusal_is_recorded(timeline: Timeline) -> bool:
    """The invariant: the record of a refusal is written, whatever the client is told."""
    return len(timeline.find("task.finished", "record_refusal")) == 1


def test_wrong_answers_409_and_drops_the_task_without_a_word(wrong: Timeline) -> None:
    assert not the_refusal_is_recorded(wrong)
    assert wrong.response("ann").status == 409
    assert len(wrong.find("task.skipped", "record_refusal")) == 1
    assert wrong.printed == ""
    assert not wrong.find("log")


@pytest.mark.parametrize("variant", ["right", "right_handler"])
def test_right_gives_the_same_answer_and_records_the_refusal_after_it(
    variant: str, wrong: Timeline, play: Play
) -> None:
    right = play(variant)
    assert the_refusal_is_recorded(right)
    assert right.at("response.finished") == 0.0
    assert right.at("task.finished", "record_refusal") == 1.0
    assert (right.responses[0].status, right.responses[0].body) == (
        wrong.responses[0].status,
        wrong.responses[0].body,
    )


@pytest.mark.parametrize("variant", ["wrong", "right", "right_handler"])
def test_who_has_the_money_gets_it(variant: str) -> None:
    story = Story((Request("ann", "/withdraw?name=ann&amount=30", "POST"),))
    timeline = play_file(Path(FOLDER / f"{variant}.py"), story)
    assert (timeline.responses[0].status, timeline.responses[0].body) == (200, '{"balance":70}')
    assert not timeline.find("task.started")


def test_fastapi_hangs_the_tasks_on_the_response_that_the_endpoint_returns() -> None:
    source = inspect.getsource(get_request_handler)
    assert "raw_response = await run_endpoint_function(" in source
    assert "raw_response.background = solved_result.background_tasks" in source


def test_the_response_of_an_exception_handler_has_no_tasks() -> None:
    for handler in (http_exception_handler, request_validation_exception_handler):
        assert "background" not in inspect.getsource(handler)


@pytest.mark.parametrize(
    ("kind", "path"),
    [(RequestValidationError, "/?n=many"), (ConnectionError, "/?n=1"), (Exception, "/?n=1")],
)
def test_a_handler_can_carry_the_tasks_of_any_exception(kind: type[Exception], path: str) -> None:
    async def keep(request: HTTPRequest, tasks: BackgroundTasks) -> None:
        request.state.tasks = tasks
        tasks.add_task(print, "the task has run")

    async def answer(request: HTTPRequest, error: Exception) -> Response:
        return Response("sorry", 418, background=request.state.tasks)

    app = FastAPI(dependencies=[Depends(keep)], exception_handlers={kind: answer})

    @app.get("/")
    async def endpoint(n: int) -> None:
        raise ConnectionError

    timeline = play(app, Story((Request("ann", path),)))
    assert timeline.responses[0].status == 418
    assert timeline.printed == "the task has run\n"


def test_a_dependency_with_yield_sees_the_exception_and_may_roll_back() -> None:
    seen = []

    def session() -> Iterator[None]:
        try:
            yield
        except HTTPException as error:
            seen.append(error.status_code)
            raise

    app = FastAPI()

    @app.get("/", dependencies=[Depends(session)])
    def endpoint(tasks: BackgroundTasks) -> None:
        raise HTTPException(409)

    assert play(app, Story((Request("ann", "/"),))).responses[0].status == 409
    assert seen == [409]
