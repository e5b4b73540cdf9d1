"""What the page "failure-visibility" says, as assertions."""

import asyncio
import contextlib
import inspect
import io
import logging
import runpy
import subprocess
import sys
import warnings
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import FastAPIError

from recorder import Request as Asked
from recorder import Story, Timeline, play_file
from recorder import play as play_app
from site_build.snippets import FOLDER

Play = Callable[[str], Timeline]
ASGI = Callable[..., Awaitable[None]]
HERE = FOLDER / "failure_visibility"


def app_of(variant: str, name: str = "told") -> dict[str, Any]:
    """What a snippet's file defines; its logger has the name given here."""
    return runpy.run_path(str(HERE / f"{variant}.py"), run_name=name)


async def status_and_error(app: ASGI, path: str = "/start") -> tuple[int, BaseException | None]:
    """Post to an app as a server does: what the client was sent, and what the app raised."""
    sent: list[dict[str, Any]] = []
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": []}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    try:
        await app(scope, receive, send)
    except Exception as error:
        return sent[0]["status"], error
    return sent[0]["status"], None


def post(app: ASGI) -> tuple[int, BaseException | None]:
    return asyncio.run(status_and_error(app))


def failing(error: Exception, **settings: Any) -> FastAPI:
    """An app whose background task raises `error`."""
    app = FastAPI(**settings)

    async def task() -> None:
        raise error

    @app.post("/start")
    async def start(tasks: BackgroundTasks) -> str:
        tasks.add_task(task)
        return "started"

    return app


# -- the log ---------------------------------------------------------------------------------------


def log_says_whose_email_and_why(timeline: Timeline) -> bool:
    """The invariant: one line of the app's log has what is needed to put it right."""
    lines = [event.text for event in timeline.find("log")]
    return any("ann@example.com" in line and "TimeoutError" in line for line in lines)


def test_wrong_answers_200_at_once_and_the_app_logs_nothing(wrong: Timeline) -> None:
    assert not log_says_whose_email_and_why(wrong)
    assert not wrong.find("log")
    assert (wrong.response("ann").status, wrong.at("response.finished")) == (200, 0.0)
    assert wrong.at("task.failed", "send_email") == 3.0


def test_wrong_logging_says_whose_email_but_not_why(play: Play) -> None:
    assert not log_says_whose_email_and_why(play("wrong_logging"))
    lines = [event.text for event in play("wrong_logging").find("log")]
    assert lines == ["ERROR email to ann@example.com not sent: "]


def test_right_logs_whose_email_and_why(right: Timeline) -> None:
    assert log_says_whose_email_and_why(right)
    assert right.at("log") == 3.0


def test_the_text_of_an_error_can_be_empty_or_just_a_key() -> None:
    assert (str(TimeoutError()), str(KeyError("name"))) == ("", "'name'")


@pytest.mark.parametrize(("variant", "has_traceback"), [("wrong_logging", False), ("right", True)])
def test_only_logger_exception_writes_the_traceback(variant: str, has_traceback: bool) -> None:
    handler = logging.StreamHandler(io.StringIO())
    logger = logging.getLogger("told")
    logger.addHandler(handler)
    try:
        asked = Asked("ann", "/register?email=ann@example.com", "POST")
        play_app(app_of(variant)["app"], Story((asked,)))
    finally:
        logger.removeHandler(handler)
    text = handler.stream.getvalue()
    assert text.startswith("email to ann@example.com not sent")
    assert ("Traceback (most recent call last)" in text and "in send_email\n" in text) is (
        has_traceback
    )


# -- what a 200 promised ---------------------------------------------------------------------------


def whoever_was_told_ok_is_saved(timeline: Timeline) -> bool:
    """The invariant: as many users are in the table as were told that they are."""
    *answers, users = timeline.responses
    promised = [answer for answer in answers if answer.status == 200]
    return users.body.count("@") == len(promised)


def test_a_write_in_the_task_is_lost_behind_a_200(play: Play) -> None:
    timeline = play("wrong_write")
    assert not whoever_was_told_ok_is_saved(timeline)
    assert [answer.status for answer in timeline.responses] == [200, 200, 200]
    assert timeline.responses[-1].body == '["ann@example.com"]'
    failed = timeline.find("task.failed", "save")
    assert [(event.visitor, event.text) for event in failed] == [
        ("bob", "IntegrityError: UNIQUE constraint failed: users.name")
    ]


def test_a_write_before_the_answer_can_still_say_409(play: Play) -> None:
    timeline = play("right_write")
    assert whoever_was_told_ok_is_saved(timeline)
    assert [answer.status for answer in timeline.responses] == [200, 409, 200]


@pytest.mark.parametrize(
    ("variant", "holds"), [("wrong_rollback", False), ("right_rollback", True)]
)
def test_a_failing_task_rolls_back_what_a_yield_dependency_has_not_committed(
    play: Play, variant: str, holds: bool
) -> None:
    timeline = play(variant)
    assert timeline.responses[0].body == '"registered"'
    assert timeline.at("task.failed", "send_email") == 3.0
    assert whoever_was_told_ok_is_saved(timeline) is holds


# -- retries ---------------------------------------------------------------------------------------


def another_process_sends_the_email(timeline: Timeline) -> bool:
    """The invariant: what failed in one process is sent by the next one."""
    return "sent to ann@example.com" in timeline.printed


def test_what_is_kept_in_memory_is_never_tried_again_by_another_process(play: Play) -> None:
    timeline = play("wrong_retry")
    assert not another_process_sends_the_email(timeline)
    assert {event.at for event in timeline.find("log")} == {0.0}


def test_what_is_kept_in_a_file_is_sent_once_the_mail_server_is_back(play: Play) -> None:
    timeline = play("right_retry")
    assert another_process_sends_the_email(timeline)
    assert (timeline.printed.count("sent to"), timeline.at("print")) == (1, 120.0)


def test_after_three_tries_it_is_given_up(play: Play) -> None:
    lines = play("right_retry").find("log")
    assert [e.at for e in lines if "email to bob not sent" in e.text] == [0.0, 60.0, 120.0]


def test_what_was_given_up_stays_in_the_table(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    asked = [Asked("bob", "/register?email=bob", "POST")]
    asked += [Asked("cron", "/retry", "POST", at) for at in (60.0, 120.0, 180.0, 240.0)]
    timeline = play_file(HERE / "right_retry.py", Story(tuple(asked)))
    assert len(timeline.find("log")) == 3
    assert app_of("right_retry")["outbox"]("SELECT * FROM mail") == [("bob", 3)]


# -- who sees the error ----------------------------------------------------------------------------


def somebody_is_alerted(timeline: Timeline) -> bool:
    """The invariant: the alert went out, and names the error."""
    return timeline.printed == "alert: POST /register: TimeoutError()\n"


def test_a_handler_for_the_very_class_is_not_run(play: Play) -> None:
    assert not somebody_is_alerted(play("wrong_alert"))


def test_a_handler_for_exception_runs_and_its_response_is_thrown_away(play: Play) -> None:
    timeline = play("right_alert")
    assert somebody_is_alerted(timeline)
    assert timeline.at("print") == 3.0
    assert (timeline.response("ann").status, timeline.response("ann").body) == (
        200,
        '{"status":"ok"}',
    )


def test_the_yield_dependency_and_asgi_middleware_see_it_and_http_middleware_does_not(
    play: Play,
) -> None:
    assert play("who_sees_it").printed == "yield dependency sees it\nASGI middleware sees it\n"
    assert play("who_sees_it").response("ann").status == 204


def test_the_endpoint_has_returned_before_its_task_starts(wrong: Timeline) -> None:
    assert wrong.at("response.finished") <= wrong.at("task.started", "send_email")


@pytest.mark.parametrize(
    ("error", "handled"),
    [(ValueError("no"), ValueError), (HTTPException(503), None), (ValueError("no"), Exception)],
    ids=["its own class", "HTTPException", "Exception"],
)
def test_a_registered_handler_turns_the_error_into_caught_handled_exception(
    error: Exception, handled: type[Exception] | None
) -> None:
    app = failing(error)
    seen: list[Exception] = []
    if handled:

        @app.exception_handler(handled)
        async def handle(request: Request, error: Exception) -> Response:
            seen.append(error)
            return Response(status_code=418)

    status, raised = post(app)

    assert status == 200
    if handled is Exception:
        assert (seen, raised) == ([error], error)
    else:
        assert not seen
        assert repr(raised) == (
            "RuntimeError('Caught handled exception, but response already started.')"
        )
        assert raised is not None
        assert raised.__cause__ is error


def test_with_debug_the_handler_for_exception_is_not_run() -> None:
    app = failing(ValueError("no"), debug=True)
    seen: list[Exception] = []

    @app.exception_handler(Exception)
    async def handle(request: Request, error: Exception) -> Response:
        seen.append(error)
        return Response(status_code=500)

    assert repr(post(app)[1]) == "ValueError('no')"
    assert not seen


def test_a_dependency_that_swallows_errors_swallows_the_tasks_too() -> None:
    def swallow() -> Iterator[None]:
        with contextlib.suppress(Exception):
            yield

    app = FastAPI()

    async def task() -> None:
        raise ValueError("the real error")

    @app.post("/start", dependencies=[Depends(swallow)])
    async def start(tasks: BackgroundTasks) -> None:
        tasks.add_task(task)

    status, error = post(app)

    assert status == 200
    assert isinstance(error, FastAPIError)
    assert str(error).startswith("Response not awaited.")
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_test_client_raises_the_tasks_error_unless_it_is_told_not_to() -> None:
    with warnings.catch_warnings(action="ignore"):  # Starlette wants another httpx
        from fastapi.testclient import TestClient
    app = failing(ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        TestClient(app).post("/start")
    assert TestClient(app, raise_server_exceptions=False).post("/start").status_code == 200


# -- the decorator ---------------------------------------------------------------------------------


def bob_gets_in_when_he_asks(timeline: Timeline) -> bool:
    """The invariant: a decorator blocks nobody."""
    asked = timeline.at("request.sent", visitor="bob")
    return timeline.at("request.received", visitor="bob") == asked


def test_the_common_decorator_moves_a_def_task_onto_the_event_loop(play: Play) -> None:
    timeline = play("wrong_decorator")
    assert not bob_gets_in_when_he_asks(timeline)
    assert timeline.at("request.received", visitor="bob") == 3.0
    assert not timeline.find("thread.started")


def test_two_wrappers_leave_a_def_task_in_its_thread(play: Play) -> None:
    timeline = play("right_decorator")
    assert bob_gets_in_when_he_asks(timeline)
    assert [event.at for event in timeline.find("thread.started", "send_email")] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("variant", "holds"), [("wrong_decorator", False), ("right_decorator", True)]
)
def test_the_common_decorator_says_neither_whose_email_it_was_nor_why_it_failed(
    play: Play, variant: str, holds: bool
) -> None:
    assert log_says_whose_email_and_why(play(variant)) is holds
    line = play(variant).find("log")[0].text
    assert ("ann@example.com" in line, "TimeoutError" in line) == (holds, holds)


@pytest.mark.parametrize(
    ("variant", "stays"), [("wrong_decorator", False), ("right_decorator", True)]
)
def test_the_common_decorator_makes_a_def_function_a_coroutine_function(
    variant: str, stays: bool
) -> None:
    decorate = app_of(variant)["background_task_with_error_handling"]

    def plain() -> None: ...

    async def coroutine() -> None: ...

    assert inspect.iscoroutinefunction(decorate(plain)) is not stays
    assert inspect.iscoroutinefunction(decorate(coroutine))
    assert decorate(plain).__name__ == "plain"


def email_is_sent(timeline: Timeline) -> bool:
    """The invariant: a decorated task that works does its work."""
    return timeline.printed == "sent to ann@example.com\n"


def test_copied_alone_it_swallows_its_own_name_error_and_nothing_is_sent(play: Play) -> None:
    timeline = play("wrong_decorator_alone")
    assert not email_is_sent(timeline)
    assert timeline.response("ann").body == '{"status":"ok"}'
    assert [event.text for event in timeline.find("log")] == [
        "ERROR background task failed: send_email, error: name 'asyncio' is not defined"
    ]
    assert len(timeline.find("task.finished", "send_email")) == 1


def test_with_the_import_the_same_file_sends(tmp_path: Path) -> None:
    code = (HERE / "wrong_decorator_alone.py").read_text("utf-8")
    path = tmp_path / "with_import.py"
    path.write_text(f"import asyncio\n{code}", "utf-8")
    asked = Asked("ann", "/register?email=ann@example.com", "POST")
    assert email_is_sent(play_file(path, Story((asked,))))


@pytest.mark.parametrize(
    ("rule", "variant", "found"),
    [
        ("F821", "wrong_decorator_alone", True),
        ("F821", "right_decorator", False),
        ("TRY400", "wrong_logging", True),
        ("TRY400", "wrong_decorator", True),
        ("TRY400", "right", False),
        ("TRY400", "right_decorator", False),
    ],
)
def test_ruffs_rule_finds_it_in_wrong_and_nothing_in_right(
    rule: str, variant: str, found: bool
) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", rule]
    path = HERE / f"{variant}.py"
    done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
    assert (done.returncode == 1 and f"{rule} " in done.stdout) is found


def test_the_bare_function_raises_where_the_decorated_one_logs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    decorate = app_of("right_decorator")["background_task_with_error_handling"]

    @decorate
    def fail() -> None:
        raise ValueError("no")

    fail()
    assert "Traceback (most recent call last)" in caplog.text
    with pytest.raises(ValueError, match="no"):
        fail.__wrapped__()


def cancellation_is_logged(timeline: Timeline) -> bool:
    """The invariant: a task that is cut off leaves a line in the log."""
    return [event.at for event in timeline.find("log")] == [5.0]


@pytest.mark.parametrize(
    ("variant", "holds"), [("wrong_cancelled", False), ("right_cancelled", True)]
)
def test_except_exception_does_not_see_a_cancellation(
    play: Play, variant: str, holds: bool
) -> None:
    timeline = play(variant)
    assert cancellation_is_logged(timeline) is holds
    assert timeline.at("task.cancelled", "send_newsletter") == 5.0


@pytest.mark.parametrize("variant", ["wrong_decorator", "right_decorator"])
def test_a_decorator_that_does_not_raise_lets_the_later_tasks_run(variant: str) -> None:
    decorate = app_of(variant)["background_task_with_error_handling"]
    done: list[str] = []

    def fail() -> None:
        raise ValueError("no")

    app = FastAPI()

    @app.post("/start")
    async def start(tasks: BackgroundTasks) -> None:
        tasks.add_task(decorate(fail))
        tasks.add_task(done.append, "later")

    assert post(app) == (200, None)
    assert done == ["later"]


def test_the_right_decorator_logs_a_cancellation_and_passes_it_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    decorate = app_of("right_decorator")["background_task_with_error_handling"]

    @decorate
    async def send_newsletter() -> None:
        await asyncio.Event().wait()

    async def cancel() -> None:
        task = asyncio.ensure_future(send_newsletter())
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancel())
    assert [record.message for record in caplog.records] == [
        "background task failed: send_newsletter () {}"
    ]
