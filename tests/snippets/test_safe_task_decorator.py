"""What the page "safe-task-decorator" says, as assertions, and each promise broken once."""

import re
import runpy
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from recorder import Timeline
from site_build.snippets import FOLDER, LANGUAGES
from tests.snippets.patterns import Break, check
from tests.snippets.test_search_lines import patterns

Play = Callable[[str], Timeline]

ASYNC_REPORT = """\
            logger.exception("%s failed", describe(task, args, kwargs))

    @wraps(task)
    def called"""
DEF_REPORT = """\
            logger.exception("%s failed", describe(task, args, kwargs))

    is_async ="""

BREAKS = [
    Break(
        "test_a_failing_task_leaves_the_later_ones_alone",
        ASYNC_REPORT,
        ASYNC_REPORT.replace("\n\n", "\n            raise\n\n"),
    ),
    Break(
        "test_a_failing_task_leaves_the_later_ones_alone",
        DEF_REPORT,
        DEF_REPORT.replace("\n\n", "\n            raise\n\n"),
    ),
    Break(
        "test_the_log_names_the_task_its_arguments_and_the_line_that_raised",
        ASYNC_REPORT,
        ASYNC_REPORT.replace("logger.exception", "logger.error"),
    ),
    Break(
        "test_the_log_names_the_task_its_arguments_and_the_line_that_raised",
        "given = [brief.repr(value) for value in args]",
        "given: list[str] = []",
    ),
    Break(
        "test_a_def_task_is_logged_with_its_traceback_too",
        DEF_REPORT,
        DEF_REPORT.replace("logger.exception", "logger.error"),
    ),
    Break("test_a_long_argument_is_shortened", "brief.maxother = 80", "brief.maxother = 8000"),
    Break(
        "test_the_log_line_carries_the_id_of_the_request",
        'f"[{request_id.get()}] {name}(',
        'f"{name}(',
    ),
    Break(
        "test_a_def_task_behind_a_def_endpoint_sees_the_id",
        "app.add_middleware(RequestId)",
        "",
    ),
    Break("test_a_request_without_an_id_is_given_one", "or uuid.uuid4().hex", 'or "-"'),
    Break(
        "test_a_def_task_stays_in_the_thread_pool",
        "awaited if is_async else called",
        "awaited",
    ),
    Break(
        "test_an_async_task_is_awaited_and_stays_on_the_loop",
        "is_async = inspect.iscoroutinefunction(task) or",
        "is_async =",
    ),
    Break(
        "test_an_async_task_is_awaited_and_stays_on_the_loop",
        " or inspect.iscoroutinefunction(type(task).__call__)",
        "",
    ),
    Break(
        "test_name_signature_and_the_bare_function_are_kept",
        "    @wraps(task)\n    async def awaited",
        "    async def awaited",
    ),
    Break(
        "test_a_cancellation_is_logged_and_let_through",
        'logger.warning("%s was cut off", describe(task, args, kwargs))\n            raise',
        'logger.warning("%s was cut off", describe(task, args, kwargs))',
    ),
    Break(
        "test_a_cancellation_is_logged_and_let_through",
        'logger.warning("%s was cut off", describe(task, args, kwargs))\n            raise',
        "raise",
    ),
    Break(
        "test_a_coroutine_that_nobody_awaits_is_logged",
        "if inspect.isawaitable(result):",
        "if False:",
    ),
    Break(
        "test_a_call_with_wrong_arguments_is_logged",
        "            return result\n        except Exception:",
        "            return result\n        except ValueError:",
    ),
]


@pytest.fixture
def app(play: Play) -> Timeline:
    """The recording of app.py."""
    return play("app")


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_is_kept_by_the_lines_that_the_page_names() -> None:
    check("safe_task_decorator", BREAKS)


def test_the_answer_is_out_before_the_receipt_fails(app: Timeline) -> None:
    assert app.at("response.finished", visitor="ann") == 0.0
    assert app.response("ann").status == 200
    assert app.at("log") == 1.0


def test_the_log_names_request_task_arguments_and_error(app: Timeline) -> None:
    (line,) = [event.text for event in app.find("log")]
    assert line == "ERROR [a7] mail_receipt(7, 'ann') failed (ValueError: no such mailbox)"


def test_the_label_is_printed_after_the_failed_receipt(app: Timeline) -> None:
    assert not app.find("task.skipped")
    assert not app.find("task.failed")
    assert app.at("task.started", "print_label") == 1.0
    assert app.at("task.finished", "print_label") == 3.0


def test_bob_is_answered_at_once_while_the_def_task_has_its_thread(app: Timeline) -> None:
    assert app.at("thread.started", "print_label") < app.at("request.sent", "", "bob")
    assert app.at("response.finished", visitor="bob") == 2.0
    assert app.at("thread.finished", "print_label") == 3.0


def test_a_secret_of_pydantic_is_not_logged() -> None:
    told = runpy.run_path(str(FOLDER / "safe_task_decorator" / "app.py"), run_name="told")
    line = told["describe"](told["ping"], (SecretStr("hunter2"),), {})
    assert "hunter2" not in line
    assert "SecretStr" in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_line_finds_the_decorator_that_blocks(language: str) -> None:
    [single] = patterns(language, "safe-task-decorator")
    common = FOLDER / "failure_visibility" / "wrong_decorator.py"
    assert re.search(single, common.read_text("utf-8"))
    ours = FOLDER / "safe_task_decorator" / "app.py"
    assert not re.search(single, ours.read_text("utf-8"))
