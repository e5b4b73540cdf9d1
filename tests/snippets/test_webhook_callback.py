"""What the page "webhook-callback" says, as assertions, and each promise broken once."""

import re
from collections.abc import Callable

import pytest

from recorder import Timeline
from site_build.snippets import FOLDER, LANGUAGES
from tests.snippets.patterns import Break, check
from tests.snippets.test_search_lines import patterns

Play = Callable[[str], Timeline]

FINAL = "if 0 < status < 500 and status not in (408, 429):"

BREAKS = [
    Break("test_a_callback_is_sent_again_while_the_receiver_cannot", FINAL, "if 0 < status < 600:"),
    Break(
        "test_a_callback_is_sent_again_while_the_receiver_cannot",
        " and status not in (408, 429)",
        "",
    ),
    Break(
        "test_a_callback_is_sent_again_after_a_timeout_or_a_lost_connection",
        "except (httpx.TransportError, TimeoutError):",
        "except TimeoutError:",
    ),
    Break(
        "test_a_callback_is_sent_again_after_a_timeout_or_a_lost_connection",
        "if 0 < status < 500",
        "if status < 500",
    ),
    Break(
        "test_a_callback_that_is_refused_is_not_sent_again", "            break", "            pass"
    ),
    Break(
        "test_each_wait_is_twice_as_long_as_the_one_before", "WAIT_S * 2 ** (tries - 1)", "WAIT_S"
    ),
    Break(
        "test_it_gives_up_after_the_last_try_and_logs_it", "range(1, TRIES + 1)", "range(1, 999)"
    ),
    Break("test_it_gives_up_after_the_last_try_and_logs_it", "logger.error(", "logger.info("),
    Break(
        "test_a_receiver_that_drips_does_not_hold_the_task",
        "asyncio.timeout(LIMIT_S)",
        "asyncio.timeout(None)",
    ),
    Break(
        "test_the_body_of_an_answer_is_not_read",
        "return answer.status_code",
        "return await answer.aread() and answer.status_code",
    ),
    Break(
        "test_all_tries_have_one_id_and_one_body",
        "await post(message_id, body)",
        'await post(f"{message_id}-{tries}", body)',
    ),
    Break(
        "test_each_try_is_signed_with_its_own_time",
        "timestamp = str(int(time.time()))",
        'timestamp = "1000"',
    ),
    Break(
        "test_it_signs_as_the_libraries_of_standard_webhooks_do",
        'f"{message_id}.{timestamp}.".encode()',
        'f"{timestamp}.".encode()',
    ),
    Break(
        "test_a_receiver_takes_what_was_sent",
        '"webhook-signature": sign(message_id, timestamp, body)',
        '"webhook-signature": sign(message_id, timestamp, b"")',
    ),
    Break(
        "test_a_report_that_fails_is_called_back_too",
        '        outcome = "failed"',
        "        return",
    ),
    Break(
        "test_a_receiver_refuses_what_is_not_signed_so",
        "return any(hmac.compare_digest(expected, one) for one in given)",
        "return True",
    ),
    Break("test_a_time_that_int_cannot_read_is_refused", ".isdecimal()", ".isdigit()"),
    Break("test_a_receiver_refuses_another_body", ".encode() + body", ".encode()"),
    Break(
        "test_a_receiver_refuses_what_was_recorded_and_is_played_again",
        " or abs(time.time() - int(timestamp)) > FRESH_S",
        "",
    ),
    Break(
        "test_a_receiver_refuses_what_was_recorded_and_is_played_again",
        "abs(time.time() - int(timestamp))",
        "time.time() - int(timestamp)",
    ),
    Break(
        "test_a_receiver_takes_one_good_signature_of_several",
        ".encode().split()",
        ".encode().split()[:1]",
    ),
    Break("test_what_comes_twice_is_stored_once", "id TEXT PRIMARY KEY", "id TEXT"),
    Break(
        "test_no_real_address_is_called_with_the_secret_of_the_demo",
        'os.environ["WEBHOOK_SECRET"]',
        'os.environ.get("WEBHOOK_SECRET", "whsec_")',
    ),
]


@pytest.fixture
def app(play: Play) -> Timeline:
    """The recording of app.py."""
    return play("app")


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_is_kept_by_the_lines_that_the_page_names() -> None:
    check("webhook_callback", BREAKS)


def test_the_client_is_answered_before_the_report_is_made(app: Timeline) -> None:
    assert app.response("ann").status == 202
    assert app.at("response.finished") == 0.0 <= app.at("task.started", "make_report")


def test_two_tries_are_not_taken_and_the_third_ends_the_task(app: Timeline) -> None:
    told = [(event.at, event.text) for event in app.find("log")]
    assert told == [
        (2.0, "WARNING report-7-ready, try 1: 503"),
        (3.0, "WARNING report-7-ready, try 2: 503"),
    ]
    assert [event.at for event in app.find("thread.started")] == [2.0, 3.0, 5.0]
    assert app.at("task.finished", "make_report") == 5.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_lines_find_plain_calls_and_signatures_compared_plainly(language: str) -> None:
    calls, compared = patterns(language, "webhook-callback")
    plain = FOLDER / "response_immutable" / "right_webhook.py"
    assert re.search(calls, plain.read_text("utf-8"))
    assert re.search(compared, "if expected == request_signature:\n")
    assert re.search(compared, "if signature != expected:\n")
    ours = (FOLDER / "webhook_callback" / "app.py").read_text("utf-8")
    assert not re.search(calls, ours)
    assert not re.search(compared, ours)
