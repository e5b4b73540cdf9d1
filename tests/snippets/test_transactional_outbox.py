"""What the page "transactional-outbox" says, as assertions."""

import pytest

from tests.snippets.patterns import Break, check

RETRIED = "due_at=time.time() + RETRY_S * 2**entry.attempts"

BREAKS = [
    Break(
        "test_order_and_message_are_saved_together_or_not_at_all",
        "await db.flush()",
        "await db.commit()",
    ),
    Break(
        "test_a_message_is_sent_at_once_and_not_at_the_next_poll",
        '    wake.set()\n    return {"id"',
        '    return {"id"',
    ),
    Break("test_a_failed_delivery_is_tried_again", RETRIED, "sent_at=time.time()"),
    Break(
        "test_each_attempt_has_the_same_key",
        'f"outbox-{entry.id}"',
        'f"outbox-{entry.id}-{entry.attempts}"',
    ),
    Break(
        "test_two_relays_do_not_send_a_message_at_the_same_time",
        "mine.values(due_at=now + LEASE_S, ",
        "mine.values(",
    ),
    Break(
        "test_what_a_killed_relay_was_sending_is_sent_after_its_lease",
        "mine.values(due_at=now + LEASE_S, ",
        "mine.values(sent_at=now, ",
    ),
    Break(
        "test_a_delivery_does_not_outlast_its_lease",
        "asyncio.timeout(LEASE_S / 2)",
        "asyncio.timeout(None)",
    ),
    Break(
        "test_a_relay_that_comes_back_after_its_lease_changes_nothing",
        "(Entry.id == entry.id, Entry.attempts == entry.attempts)",
        "(Entry.id == entry.id,)",
    ),
    Break(
        "test_a_message_is_given_up_after_the_last_attempt_and_kept",
        "Entry.due_at <= now, Entry.attempts < MAX_ATTEMPTS)",
        "Entry.due_at <= now)",
    ),
    Break(
        "test_the_relay_goes_on_when_the_database_is_away",
        'except Exception:\n            logger.exception("the outbox',
        'except TimeoutError:\n            logger.exception("the outbox',
    ),
    Break(
        "test_a_shutdown_waits_for_the_delivery_under_way",
        "    await running\n",
        "    running.cancel()\n",
    ),
]


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_is_kept_and_its_test_fails_without_it() -> None:
    check("transactional-outbox", BREAKS)
