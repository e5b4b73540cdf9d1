"""Each marked number and statement of the prose agrees with the recording."""

from collections.abc import Iterator

import pytest

from recorder import Event, Response, Timeline
from site_build.claims import ClaimError, Mark, check, evaluate, marks
from site_build.snippets import ROOT

DOCS = ROOT / "docs"
FILES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.glob("*/**/*.md"))
RUN = Timeline(
    [
        Event(0.0, "request.sent", "ann"),
        Event(0.0, "response.finished", "ann"),
        Event(0.5, "request.sent", "bob"),
        Event(0.0, "task.started", "ann", "send_all"),
        Event(2.25, "task.finished", "ann", "send_all/send_push"),
        Event(5.0, "task.finished", "ann", "send_all"),
        Event(6.0, "task.finished", "bob", "send_all"),
        Event(6.0, "print", "ann", "", "all sent = done"),
    ],
    [
        Response("ann", 200, [], '{"status": "queued"}'),
        Response("bob", 404),
        Response("bob", 503),
    ],
)
SHORT = "sequential_order/wrong"


def all_marks() -> Iterator[tuple[str, Mark]]:
    for name in FILES:
        for mark in marks((DOCS / name).read_text("utf-8")):
            yield name, mark


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        pytest.param(name, mark, id=f"{name}:{mark.line} [{mark.text}]")
        for name, mark in all_marks()
    ],
)
def test_the_prose_agrees_with_the_recording(name: str, mark: Mark) -> None:
    try:
        check(mark)
    except ClaimError as error:
        pytest.fail(f"docs/{name}:{mark.line}: {error}", pytrace=False)


@pytest.mark.parametrize("name", FILES)
def test_every_data_claim_is_written_so_that_it_is_checked(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    assert text.count("data-claim") == len(list(marks(text))), (
        f"docs/{name}: a mark is misspelt; "
        'write `[10 s]{ data-claim="folder/variant EXPRESSION" }` on one line'
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("response.finished", 0.0),
        ("task.finished send_push", 2.25),
        ("task.finished send_all/send_push", 2.25),
        ("task.finished send_all @ann", 5.0),
        ("task.finished send_all #2", 6.0),
        ("task.finished @bob", 6.0),
        ("task.finished send_all #2 - task.finished send_all #1", 1.0),
        ("task.finished send_push - 2 - 0.25", 0.0),
        ("count task.finished", 3.0),
        ("count task.finished send_all @ann", 1.0),
        ("count task.failed", 0.0),
        ("status @ann", 200.0),
        ("status @bob #2", 503.0),
        ("status #2", 404.0),
        ("text print", "all sent = done"),
        ("body @ann", '{"status": "queued"}'),
        ("body @ann ~ queued", True),
        ("body @ann ~ completed", False),
        ("text print ~ sent = done", True),
        ("status @ann = 200", True),
        ("request.sent @ann < request.sent @bob", True),
        ("request.sent @bob < request.sent @ann", False),
        ("response.finished <= task.started", True),
        ("response.finished < task.started", False),
        ("0 <= request.sent @bob < task.finished send_push < 3", True),
        ("0 <= request.sent @bob < task.finished send_push < 2", False),
        ("count task.finished = 3", True),
        ("task.finished send_push - request.sent @bob = 1.75", True),
    ],
)
def test_an_expression_has_the_value_of_the_recording(
    expression: str, value: float | str | bool
) -> None:
    found = evaluate(expression, RUN)
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("task.exploded", "matches 0 times"),
        ("task.finished", "matches 3 times in the recording, expected once"),
        ("task.finished @carol", "matches 0 times"),
        ("task.finished #4", "matches 3 times"),
        ("task.finished #0", "matches 3 times"),
        ("status", "matches 3 times"),
        ("body @carol", "matches 0 times"),
    ],
)
def test_an_event_or_answer_that_is_not_there_is_an_error(expression: str, complaint: str) -> None:
    with pytest.raises(LookupError, match=complaint):
        evaluate(expression, RUN)


@pytest.mark.parametrize(
    "expression",
    ["", "finished", "count", "@ann", "task.finished a b", "0 < finished", "= 3"],
)
def test_an_expression_that_makes_no_sense_is_an_error(expression: str) -> None:
    with pytest.raises(ClaimError, match="cannot read"):
        evaluate(expression, RUN)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("10 s", f"{SHORT} task.finished send_push"),
        ("第 10 秒", f"{SHORT} task.finished send_push"),
        ("10.0", f"{SHORT} task.finished send_push"),
        ("at once", f"{SHORT} response.finished = 0"),
        ("200", f"{SHORT} status @ann"),
        ("0.5 s", "sequential_order/multi_tasks task.started task1 @bob"),
    ],
)
def test_a_text_that_says_what_was_recorded_passes(text: str, claim: str) -> None:
    check(Mark(text, claim, 1))


@pytest.mark.parametrize(
    ("text", "claim", "complaint"),
    [
        ("9 s", f"{SHORT} task.finished send_push", "the recording says 10 "),
        ("10.5 s", f"{SHORT} task.finished send_push", "the recording says 10 "),
        ("0.4 s", "sequential_order/multi_tasks task.started task1 @bob", "says 0.5 "),
        ("soon", f"{SHORT} task.finished send_push", "no number to compare with 10 "),
        ("10 s", f"{SHORT} task.finished send_fax", "matches 0 times"),
        ("never", f"{SHORT} task.finished send_push < 10", "not so in the recording"),
        ("queued", f"{SHORT} body @ann", "is a text; compare it with ~"),
        ("10 s", "sequential_order/worng task.finished", "there is no snippet"),
        ("10 s", "no_such_folder/wrong task.finished", "no such story"),
        ("10 s", "sequential_order task.finished", "write folder/variant"),
        ("FastAPI 0.1", "version fastapi", "read again"),
        ("FastAPI 0.1", "version no-such-package", "no-such-package"),
        ("5 s", f"{SHORT} body @ann - 1", "body @ann"),
        ("sooner", f"{SHORT} body @ann < 5", "body @ann"),
    ],
)
def test_a_text_that_disagrees_is_an_error_that_says_what_was_recorded(
    text: str, claim: str, complaint: str
) -> None:
    with pytest.raises(ClaimError) as caught:
        check(Mark(text, claim, 1))
    assert complaint in str(caught.value)
    assert f"[{text}]" in str(caught.value)


def test_a_mark_knows_its_line_and_ignores_surplus_spaces() -> None:
    (mark,) = marks('one\n\ntwo [10 s]{data-claim="a/b  task.finished   x"} three\n')
    assert mark == Mark("10 s", "a/b task.finished x", 3)
