"""What the page "context-and-tracing" says, as assertions."""

from collections.abc import Callable

from recorder import Timeline

Play = Callable[[str], Timeline]


def the_request_took_as_long_as_ann_waited(timeline: Timeline) -> bool:
    """The invariant: the first span told of is the request's, and has no task in it."""
    waited = timeline.at("response.finished") - timeline.at("request.sent")
    return timeline.find("print")[0].text == f"[a7] POST /reports/7: {waited:g} s"


def test_wrong_counts_the_task_as_part_of_the_request(wrong: Timeline) -> None:
    assert not the_request_took_as_long_as_ann_waited(wrong)
    assert wrong.printed == "[a7] POST /reports/7: 10 s\n"
    assert wrong.at("response.finished") == 0.0


def test_right_ends_the_span_with_the_answer(right: Timeline) -> None:
    assert the_request_took_as_long_as_ann_waited(right)
    assert right.find("print")[0].at == 0.0


def test_right_gives_the_task_a_span_of_the_same_trace(right: Timeline) -> None:
    assert right.printed == "[a7] POST /reports/7: 0 s\n[a7] render: 10 s\n"


def test_what_a_def_endpoint_sets_reaches_a_task_only_if_it_is_carried(play: Play) -> None:
    assert play("carried").printed == "[-] report 7 is rendered\n[ann] report 7 is rendered\n"


def test_carry_leaves_the_endpoint_in_its_thread(play: Play) -> None:
    assert len(play("carried").find("thread.started", "order")) == 1
