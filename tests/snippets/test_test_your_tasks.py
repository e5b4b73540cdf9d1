"""What the page "test-your-tasks" says, as assertions."""

from collections.abc import Callable

import pytest

from recorder import Timeline
from tests.snippets.patterns import Break, check

Play = Callable[[str], Timeline]
LABEL = "    tasks.add_task(print_label, order, printer)\n"
RECEIPT = "    tasks.add_task(send_receipt, order, body.address, mailer, clock)\n"
BREAKS = [
    Break(
        "test_the_answer_comes_before_the_first_task",
        LABEL,
        "    await asyncio.to_thread(print_label, order, printer)\n",
    ),
    Break(
        "test_on_a_real_server_too_the_answer_comes_first",
        LABEL,
        "    await asyncio.to_thread(print_label, order, printer)\n",
    ),
    Break(
        "test_a_label_that_is_being_printed_blocks_nobody",
        "def print_label(order: int, printer: Printer) -> None:",
        "async def print_label(order: int, printer: Printer) -> None:",
    ),
    Break("test_an_order_schedules_its_label_and_then_its_receipt", LABEL + RECEIPT, RECEIPT),
    Break(
        "test_the_label_is_printed_and_the_receipt_sent",
        "await mailer.send(",
        "await Mailer().send(",
    ),
    Break(
        "test_the_label_is_printed_even_if_no_receipt_can_be_sent", LABEL + RECEIPT, RECEIPT + LABEL
    ),
    Break(
        "test_a_receipt_that_fails_does_not_fail_the_order",
        RECEIPT,
        "    await send_receipt(order, body.address, mailer, clock)\n",
    ),
    Break(
        "test_a_receipt_is_tried_again_after_1_2_and_4_seconds",
        "        wait = min(2 * wait, LONGEST_WAIT_S)\n",
        "",
    ),
    Break(
        "test_after_an_hour_it_gives_up_and_raises_the_error",
        "                raise\n",
        "                return\n",
    ),
]


def test_the_answer_comes_before_the_first_task(play: Play) -> None:
    timeline = play("app")
    assert timeline.response("ann").status == 202
    assert timeline.at("response.finished", visitor="ann") == 0.0
    assert timeline.at("task.started", "print_label") == 0.0
    finished, started = (
        next(n for n, event in enumerate(timeline.events) if event.kind == kind)
        for kind in ("response.finished", "task.started")
    )
    assert finished < started


def test_the_receipt_follows_the_label(play: Play) -> None:
    timeline = play("app")
    ended = timeline.at("task.finished", "print_label")
    assert ended == timeline.at("task.started", "send_receipt") == 2.0
    assert timeline.printed == "label of order 7\nto ann@example.com: receipt of order 7\n"


def test_bob_is_answered_at_once_while_the_label_is_printed(play: Play) -> None:
    timeline = play("app")
    assert timeline.at("request.sent", visitor="bob") == 1.0
    assert timeline.at("response.finished", visitor="bob") == 1.0


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_has_a_test_that_fails_without_it() -> None:
    check("test_your_tasks", BREAKS)
