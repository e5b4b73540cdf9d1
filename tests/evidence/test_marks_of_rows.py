"""A mark that rests on a row is compared with it, and rendered with its id."""

from dataclasses import replace

import pytest
from markdown import markdown

from evidence import rows
from evidence.rows import Row
from site_build.claims import ClaimError, ClaimExtension, Mark, check
from site_build.measured import UnreadableExpression, agrees, evaluate
from site_build.page import current
from tests.evidence.test_rows import GOOD

RESULT = {
    "finished": False,
    "raised": True,
    "again_after_s": [8.62, 8.55, 9.04],
    "watched_s": 20,
    "tries": 3,
    "error": "kombu.exceptions.OperationalError: refused",
    "recording": {"format": 1, "events": [], "responses": [], "printed": ""},
}


@pytest.fixture(autouse=True)
def one_row(monkeypatch: pytest.MonkeyPatch) -> Row:
    made = replace(GOOD, result=RESULT, runs=3)
    monkeypatch.setattr(rows, "every", lambda: {"broker-down": made})
    return made


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("again_after_s", 8.62),
        ("min again_after_s", 8.55),
        ("max again_after_s", 9.04),
        ("watched_s", 20),
        ("watched_s - tries", 17),
        ("watched_s - again_after_s - 1", 10.38),
        ("raised", True),
        ("finished", False),
        ("finished = 0", True),
        ("finished = false", True),
        ("raised = true", True),
        ("tries = 3", True),
        ("tries < 3", False),
        ("8 < again_after_s < 10", True),
        ("again_after_s < 9", False),  # one of the three was later
        ("again_after_s <= 9.04", True),
        ("again_after_s < watched_s", True),
        ("max again_after_s - min again_after_s < 0.5", True),
        ("error ~ OperationalError", True),
        ("error ~ TimeoutError", False),
    ],
)
def test_an_expression_has_the_value_of_the_row(expression: str, value: float | bool) -> None:
    found = evaluate(f"evidence/broker-down {expression}")
    assert found == pytest.approx(value)
    assert isinstance(found, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("", "cannot read"),
        ("lost", "no 'lost'; it has: finished, raised"),
        ("max lost", "no 'lost'"),
        ("recording", "cannot read"),
        ("count tries", "cannot read"),
        ("tries = ", "cannot read"),
        ("error = 3", "is a text; compare it with ~"),
        ("error - 3", "is a text; compare it with ~"),
    ],
)
def test_an_expression_that_makes_no_sense_is_an_error(expression: str, complaint: str) -> None:
    with pytest.raises(UnreadableExpression, match=complaint):
        evaluate(f"evidence/broker-down {expression}")


@pytest.mark.parametrize(
    ("shown", "value"),
    [("8.6", 8.62), ("9", 8.62), ("8.62", 8.62), ("8.5", 8.5), ("0.3", 0.25), ("20", 20.0)],
)
def test_a_number_agrees_at_the_precision_at_which_it_is_printed(shown: str, value: float) -> None:
    assert agrees(shown, value)


@pytest.mark.parametrize(("shown", "value"), [("8.7", 8.62), ("8", 8.62), ("8.6", 8.66)])
def test_a_number_that_is_rounded_wrongly_does_not_agree(shown: str, value: float) -> None:
    assert not agrees(shown, value)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("lost", "evidence/broker-down finished = 0"),
        ("it raises", "evidence/broker-down raised"),
        ("about 9 s", "evidence/broker-down again_after_s"),
        ("8.6 秒", "evidence/broker-down again_after_s"),
    ],
)
def test_a_text_that_says_what_was_measured_passes(text: str, claim: str) -> None:
    check(Mark(text, claim, 1))


@pytest.mark.parametrize(
    ("text", "claim", "complaint"),
    [
        ("finished", "evidence/broker-down finished", "not so in the recording"),
        ("8.9 s", "evidence/broker-down again_after_s", "says 8.62"),
        ("soon", "evidence/broker-down again_after_s", "no number"),
        ("x", "evidence/broker-down error", "is a text"),
        ("x", "evidence/broker-up raised", "no row 'broker-up'"),
        ("x", "evidence/broker-down lost", "it has: finished"),
    ],
)
def test_a_text_that_disagrees_is_an_error(text: str, claim: str, complaint: str) -> None:
    with pytest.raises(ClaimError) as caught:
        check(Mark(text, claim, 1))
    assert complaint in str(caught.value)


def test_a_mark_is_rendered_with_the_id_of_its_row_and_says_when_it_was_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(current, "language", "en")
    text = '| a |\n|---|\n| [lost]{ data-claim="evidence/broker-down finished = 0" } |\n'
    html = markdown(text, extensions=["tables", ClaimExtension()])
    assert 'data-evidence="broker-down"' in html
    assert 'title="Measured on 2026-11-23 with celery 5.7.0"' in html
    assert 'href="../evidence/#broker-down"' in html
    assert ">lost</a>" in html
