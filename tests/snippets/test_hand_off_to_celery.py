"""Each promise of the page "hand-off-to-celery" broken once."""

import pytest

from tests.snippets.patterns import Break, check

SETTINGS = "test_the_settings_are_those_with_which_a_killed_worker_lost_nothing"
HIDDEN = "test_no_job_and_no_wait_is_longer_than_its_message_is_hidden"
AGAIN = "test_a_failed_mail_is_tried_again_after_longer_and_longer_waits"
SILENT = "test_a_broker_that_says_nothing_is_not_waited_for"
REPEATED = "test_a_request_that_is_repeated_is_one_order_and_one_receipt"
BREAKS = [
    Break("test_a_worker_sends_the_receipt", "    mail_receipt(email, order_id)\n", ""),
    Break(
        "test_the_message_carries_an_id_and_nothing_else",
        "run_sync(send_receipt.delay, order_id,",
        "run_sync(send_receipt.delay, order.model_dump(),",
    ),
    Break(
        "test_the_order_is_committed_before_the_job_is_queued",
        "    with sessions.begin() as session:\n        if session.get(Order, order_id) is None:",
        "    with sessions() as session:\n        if session.get(Order, order_id) is None:",
    ),
    Break(
        "test_the_client_is_told_that_the_broker_is_down",
        "except (OperationalError, TimeoutError) as error:",
        "except TimeoutError as error:",
    ),
    Break(
        SILENT,
        "except (OperationalError, TimeoutError) as error:",
        "except OperationalError as error:",
    ),
    Break(SILENT, "abandon_on_cancel=True", "abandon_on_cancel=False"),
    Break(REPEATED, ' or order.receipt != "waiting"', ""),
    Break(REPEATED, "if session.get(Order, order_id) is None:", "if True:"),
    Break(
        "test_whoever_asks_is_told_from_the_database",
        'session.get_one(Order, order_id).receipt = "sent"',
        "pass",
    ),
    Break(AGAIN, "autoretry_for=(Exception,)", "autoretry_for=()"),
    Break(AGAIN, "retry_backoff=2,", "default_retry_delay=2,"),
    Break(
        "test_a_job_that_takes_too_long_is_tried_again",
        "autoretry_for=(Exception,)",
        "autoretry_for=(OSError,)",
    ),
    Break(
        "test_a_job_that_takes_too_long_is_tried_again",
        "    task_soft_time_limit=JOB_S,\n",
        "",
    ),
    Break(
        "test_after_five_starts_it_is_given_up_and_logged",
        "if order.starts > MOST_STARTS:",
        "if order.starts > 99:",
    ),
    Break(
        "test_a_start_is_counted_even_if_the_worker_dies_in_it",
        "    mail_receipt(email, order_id)\n",
        "        mail_receipt(email, order_id)\n",
    ),
    Break(SETTINGS, "    task_acks_late=True,\n", ""),
    Break(SETTINGS, "    task_reject_on_worker_lost=True,\n", ""),
    Break(SETTINGS, "    worker_prefetch_multiplier=1,\n", ""),
    Break(SETTINGS, '        "unacked_restore_interval": 2,\n', ""),
    Break(SETTINGS, '        "unacked_restore_throttle": 1,\n', ""),
    Break(HIDDEN, '"visibility_timeout": 2 * JOB_S', '"visibility_timeout": JOB_S'),
    Break(HIDDEN, "retry_backoff_max=JOB_S", "retry_backoff_max=600"),
]


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_is_kept_and_its_test_fails_without_it() -> None:
    check("hand-off-to-celery", BREAKS)
