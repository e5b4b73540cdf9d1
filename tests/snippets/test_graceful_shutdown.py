"""What the page "graceful-shutdown" says, as assertions."""

import pytest

from tests.snippets.patterns import Break, check

DEADLINE = "            group.cancel_scope.deadline = anyio.current_time() + GRACE_S\n"
AT_ONCE = "            group.cancel_scope.cancel()\n"
BREAKS = [
    Break("test_a_receipt_is_finished_within_the_grace", DEADLINE, AT_ONCE),
    Break("test_on_sigterm_uvicorn_waits_for_it", DEADLINE, AT_ONCE),
    Break("test_when_the_grace_is_over_the_rest_is_cut_off", DEADLINE, ""),
    Break("test_what_was_cut_off_is_given_back_and_logged", "        jobs.give_back(job)\n", ""),
    Break(
        "test_what_was_cut_off_is_given_back_and_logged",
        '        logger.warning("receipt %d: cut off, given back", receipt)\n',
        "",
    ),
    Break(
        "test_the_next_start_takes_up_what_was_left",
        "            group.start_soon(run, job, receipt, jobs)\n",
        "            pass\n",
    ),
    Break("test_what_another_process_holds_is_left_alone", "AND held_until < ?", "AND ? > 0"),
    Break(
        "test_two_processes_take_up_each_receipt_once",
        "self.write(free, now + LEASE_S, now)",
        "self.write(free, 0, now)",
    ),
    Break("test_a_long_receipt_stays_held_and_is_sent_once", "        jobs.hold(LEASE_S)\n", ""),
    Break("test_it_stays_held_during_the_grace", "            jobs.hold(GRACE_S + LEASE_S)\n", ""),
    Break(
        "test_one_that_fails_stops_no_other",
        "    except Exception:\n",
        "    except ZeroDivisionError:\n",
    ),
    Break(
        "test_a_database_that_fails_for_a_while_ends_no_job",
        "except sqlite3.Error:",
        "except ZeroDivisionError:",
    ),
    Break(
        "test_after_sigkill_the_next_process_sends_it",
        "isolation_level=None",
        'isolation_level="DEFERRED"',
    ),
]


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_has_a_test_that_fails_without_it() -> None:
    check("graceful_shutdown", BREAKS)
