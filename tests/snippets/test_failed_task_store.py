"""What the page "failed-task-store" says, as assertions, and each promise broken once."""

import re
from collections.abc import Callable

import pytest

from recorder import Timeline
from site_build.snippets import FOLDER, LANGUAGES
from tests.snippets.patterns import Break, check
from tests.snippets.test_search_lines import patterns

Play = Callable[[str], Timeline]

BREAKS = [
    Break(
        "test_a_failed_task_is_stored_with_name_arguments_and_traceback",
        "return traceback.format_exc()",
        'return "failed"',
    ),
    Break(
        "test_a_task_that_works_leaves_no_row",
        "if error := await attempt(task, arguments):",
        "if (error := await attempt(task, arguments)) is not None:",
    ),
    Break(
        "test_a_task_that_works_leaves_no_row",
        "await BackgroundTask(TASKS[task], **arguments)()",
        "await TASKS[task](**arguments)",
    ),
    Break(
        "test_a_failed_task_is_tried_again_until_it_works",
        " if error else delete(Failed)",
        "",
    ),
    Break(
        "test_each_wait_is_twice_as_long_as_the_one_before",
        "WAIT_S * 2**failed.tries",
        "WAIT_S",
    ),
    Break(
        "test_a_task_is_not_tried_before_it_is_due",
        "select(Failed).where(Failed.due <= time.time())",
        "select(Failed)",
    ),
    Break(
        "test_it_is_given_up_after_the_last_try_with_one_alert",
        " if tries < TRIES else None",
        "",
    ),
    Break(
        "test_it_is_given_up_after_the_last_try_with_one_alert",
        "logger.critical(",
        "logger.error(",
    ),
    Break(
        "test_what_was_given_up_stays_and_can_be_tried_by_hand",
        " if error else delete(Failed)",
        " if error and due else delete(Failed)",
    ),
    Break("test_of_two_workers_one_tries", ".rowcount == 1", ".rowcount < 2"),
    Break("test_of_two_workers_one_tries", ", Failed.due == failed.due)", ")"),
    Break(
        "test_a_retry_that_was_cut_off_is_made_up_for",
        "mine.values(due=time.time() + 2 * LIMIT_S)",
        "mine.values(due=None)",
    ),
    Break("test_a_task_that_hangs_counts_as_failed", "timeout(LIMIT_S)", "timeout(None)"),
    Break(
        "test_the_log_has_the_arguments_even_if_the_table_has_not",
        'logger.exception("%s(%s) failed", task, arguments)\n        ',
        "",
    ),
    Break(
        "test_arguments_that_cannot_be_stored_are_refused_before_the_answer",
        "json.loads(json.dumps(arguments))",
        "arguments",
    ),
    Break(
        "test_a_row_whose_task_a_deploy_has_renamed_is_given_up_with_an_alert",
        "BackgroundTask(TASKS[task], ",
        "BackgroundTask(TASKS.get(task, print), ",
    ),
    Break(
        "test_the_retries_go_on_after_an_error_of_the_database",
        'logger.exception("failed tasks were not retried")',
        'logger.exception("failed tasks were not retried")\n            return',
    ),
    Break(
        "test_what_an_earlier_process_has_stored_is_tried_when_the_app_starts",
        "asyncio.create_task(keep_retrying())",
        "asyncio.create_task(asyncio.sleep(0))",
    ),
    Break(
        "test_an_order_is_answered_and_its_failed_receipt_is_stored",
        "add(tasks, send_receipt, order=order, address=address)",
        "tasks.add_task(attempt, send_receipt.__name__, dict(order=order, address=address))",
    ),
]
BOB = "send_receipt({'order': 8, 'address': 'bob'})"


@pytest.fixture
def app(play: Play) -> Timeline:
    """The recording of app.py."""
    return play("app")


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_is_kept_by_the_lines_that_the_page_names() -> None:
    check("failed_task_store", BREAKS)


def test_both_are_answered_at_once_and_both_first_tries_fail(app: Timeline) -> None:
    assert [answer.status for answer in app.responses] == [202, 202]
    assert app.at("response.finished", visitor="bob") == 20.0
    assert [event.at for event in app.find("task.failed", "first_try/send_receipt")] == [0.0, 20.0]
    assert not app.find("task.failed", "first_try")


def retried(app: Timeline, kind: str) -> list[float]:
    """When the loop's own tries of a receipt, which no visitor waits for, ended so."""
    return [round(event.at) for event in app.find(kind) if not event.visitor]


def test_the_waits_double_until_ann_has_her_receipt(app: Timeline) -> None:
    assert retried(app, "task.finished") == [900]
    assert retried(app, "task.failed") == [300, 360, 960, 2160]


def test_bob_is_given_up_with_one_alert_after_four_tries(app: Timeline) -> None:
    lines = [event for event in app.find("log") if event.text.startswith("CRITICAL")]
    assert [event.text for event in lines] == [f"CRITICAL gave up on {BOB} after 4 tries"]
    assert round(lines[0].at) == 2160
    assert len([event for event in app.find("log") if BOB in event.text]) == 4 + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_lines_find_what_ends_in_the_log_and_what_waits_in_memory(language: str) -> None:
    logged, waits = patterns(language, "failed-task-store")
    only_logged = FOLDER / "failure_visibility" / "right.py"
    assert re.search(logged, only_logged.read_text("utf-8"))
    assert not re.search(logged, "except KeyError:\n    return None\n")
    assert re.search(waits, "for attempt in range(3):\n")
    ours = FOLDER / "failed_task_store" / "app.py"
    assert not re.search(waits, ours.read_text("utf-8"))
