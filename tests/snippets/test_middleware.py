"""What the page "middleware" says, as assertions."""

from collections.abc import Callable

from recorder import Timeline

Play = Callable[[str], Timeline]


def what_was_promised_is_imported(timeline: Timeline) -> bool:
    """The invariant: an answered request's task is not cut short."""
    return len(timeline.find("task.finished", "import_file")) == 1


def test_wrong_cancels_the_task_of_an_answered_request(wrong: Timeline) -> None:
    assert not what_was_promised_is_imported(wrong)
    assert wrong.at("response.finished") == 0.0
    assert wrong.response("ann").status == 200
    assert wrong.at("task.cancelled", "import_file") == 3.0


def test_wrong_ends_in_an_error_that_only_the_server_sees(wrong: Timeline) -> None:
    assert [event.text for event in wrong.find("request.failed")] == ["TimeoutError"]


def test_right_lifts_the_limit_with_the_answer_and_spares_the_task(right: Timeline) -> None:
    assert what_was_promised_is_imported(right)
    assert right.printed == "prices.csv is imported\n"


def test_an_asgi_timer_counts_the_tasks_and_an_http_timer_does_not(play: Play) -> None:
    timeline = play("timers")
    assert timeline.printed == "http middleware: 1 s\nASGI middleware: 11 s\n"
    assert timeline.at("response.finished") == 1.0


def test_an_http_middleware_is_over_before_the_task_begins(play: Play) -> None:
    events = [(event.kind, event.text) for event in play("timers").events]
    over = events.index(("print", "http middleware: 1 s"))
    assert over < [kind for kind, _ in events].index("task.started")


def test_a_task_waits_for_a_slow_client_behind_http_middleware(play: Play) -> None:
    timeline = play("slow_client")
    assert timeline.at("response.finished") == timeline.at("task.started") == 6.0
