"""Each marked number and statement of the prose agrees with the recording."""

from collections.abc import Iterator

import pytest

from site_build.claims import ClaimError, Mark, check, marks
from site_build.snippets import ROOT

DOCS = ROOT / "docs"
FILES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.glob("*/**/*.md"))
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
        ("5 s", f"{SHORT} finished", "cannot read 'finished'"),
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
