"""Each promise of the page "hand-off-to-rq" broken once."""

import pytest

from tests.snippets.patterns import Break, check

SILENT = "test_a_redis_that_says_nothing_is_not_waited_for"
LIMITED = "test_a_thread_that_waits_for_redis_does_not_wait_for_ever"
REPEATED = "test_a_request_that_is_repeated_is_one_order_and_one_receipt"
GIVEN_UP = "test_after_five_starts_it_is_given_up_and_logged"
KEPT = "test_redis_keeps_what_failed_for_a_week_and_forgets_what_is_done"
BREAKS = [
    Break(
        "test_the_job_carries_an_id_and_nothing_else",
        "run_sync(enqueue, order_id,",
        "run_sync(enqueue, order,",
    ),
    Break(
        "test_the_order_is_committed_before_the_job_is_queued",
        "    with sessions.begin() as session:\n        if session.get(Order, order_id) is None:",
        "    with sessions() as session:\n        if session.get(Order, order_id) is None:",
    ),
    Break(
        "test_the_client_is_told_that_redis_is_down",
        "except (RedisError, TimeoutError) as error:",
        "except TimeoutError as error:",
    ),
    Break(
        SILENT,
        "except (RedisError, TimeoutError) as error:",
        "except RedisError as error:",
    ),
    Break(SILENT, "abandon_on_cancel=True", "abandon_on_cancel=False"),
    Break(LIMITED, ", socket_connect_timeout=2, socket_timeout=5", ", socket_timeout=5"),
    Break(LIMITED, "socket_timeout=5", "socket_timeout=None"),
    Break(REPEATED, ' or order.receipt != "waiting"', ""),
    Break(REPEATED, "if session.get(Order, order_id) is None:", "if True:"),
    Break(
        "test_whoever_asks_is_told_from_the_database",
        'session.get_one(Order, order_id).receipt = "sent"',
        "pass",
    ),
    Break(
        "test_a_failed_job_is_tried_again_after_longer_and_longer_waits",
        ", interval=[2, 4, 8, 16, 32]",
        "",
    ),
    Break(GIVEN_UP, "if order.starts > MOST_STARTS:", "if order.starts > 99:"),
    Break(GIVEN_UP, "Retry(max=MOST_STARTS,", "Retry(max=MOST_STARTS - 1,"),
    Break(
        "test_a_start_is_counted_even_if_the_worker_dies_in_it",
        "    mail_receipt(email, order_id)\n",
        "        mail_receipt(email, order_id)\n",
    ),
    Break("test_the_job_has_a_time_limit_of_its_own", "        job_timeout=JOB_S,\n", ""),
    Break(KEPT, "        failure_ttl=FAILED_KEPT_S,\n", ""),
    Break(KEPT, "        result_ttl=0,\n", ""),
]


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_is_kept_and_its_test_fails_without_it() -> None:
    check("hand-off-to-rq", BREAKS)
