"""What is promised of the snippets, in the language that a reader's own run is asked in."""

import pytest

from recorder.expression import evaluate
from site_build.invariants import Invariant, invariant_of, invariants
from site_build.recordings import recording
from site_build.snippets import LANGUAGES, SnippetError, is_pattern, names, snippet
from tests.snippets.test_every_snippet import LIVE, WITHOUT_INVARIANT

EVERY = [
    pytest.param(name, one, id=f"{name}: {one.says['en']}")
    for name in names()
    for one in invariants(name)
]
WRONG = [one for one in LIVE if snippet(one).is_live and snippet(one).verdict == "wrong"]


@pytest.mark.parametrize(("name", "invariant"), EVERY)
def test_an_invariant_fails_on_the_wrong_variants_and_holds_on_the_right(
    name: str, invariant: Invariant
) -> None:
    told = {
        variant: evaluate(invariant.expression, recording(f"{name}/{variant}"))
        for variant in (*invariant.fails, *invariant.holds)
    }
    expected = dict.fromkeys(invariant.fails, False) | dict.fromkeys(invariant.holds, True)
    assert told == expected
    assert set(expected.values()) == ({True} if is_pattern(name) else {True, False})


@pytest.mark.parametrize(("name", "invariant"), EVERY)
def test_an_invariant_is_one_sentence_in_each_language(name: str, invariant: Invariant) -> None:
    assert all(0 < len(invariant.says[x]) <= 60 for x in LANGUAGES), f"{name}: {invariant.says}"
    assert not any(invariant.says[x].endswith((".", "。")) for x in LANGUAGES)
    assert len(set(invariant.says.values())) == len(LANGUAGES)


@pytest.mark.parametrize("snippet_id", WRONG)
def test_each_live_wrong_variant_fails_an_invariant_or_is_listed_with_a_reason(
    snippet_id: str,
) -> None:
    found = snippet(snippet_id)
    invariant = invariant_of(found)
    assert (invariant is None) == (snippet_id in WITHOUT_INVARIANT)
    if invariant is not None:
        assert found.variant in invariant.fails
        assert invariant_of(snippet(invariant.pair(found))) is not None


def test_a_pair_is_the_counterpart_where_that_is_one() -> None:
    pairs = {
        one: invariant.pair(found)
        for one in LIVE
        if (invariant := invariant_of(found := snippet(one))) is not None
    }
    assert pairs["sequential_order/wrong_blocking"] == "sequential_order/right_blocking"
    assert pairs["sequential_order/wrong_def"] == "sequential_order/right_blocking"
    assert pairs["sequential_order/right_blocking"] == "sequential_order/wrong_blocking"
    assert pairs["db_session_lifetime/wrong_async"] == "db_session_lifetime/right_async"
    assert pairs["db_session_lifetime/wrong_own_session"] == "db_session_lifetime/right"
    assert "sequential_order/multi_tasks" not in pairs


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"fails": []}, "need a variant each"),
        ({"holds": ["temptation", "right"]}, "right is not live"),
        ({"holds": ["nowhere"]}, "no snippet 'when_to_use_a_queue/nowhere'"),
        ({"if": None}, "missing: 'if'"),
    ],
)
def test_an_invariant_that_is_none_is_an_error(
    table: dict[str, list[str] | None], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine = {
        "zh": "a",
        "en": "b",
        "if": "end = 0",
        "fails": ["wrong_retry"],
        "holds": ["temptation"],
    }
    told = {key: value for key, value in (fine | table).items() if value is not None}
    monkeypatch.setattr("site_build.invariants.story", lambda name: {"invariants": [told]})
    with pytest.raises(SnippetError, match=complaint):
        invariants("when_to_use_a_queue")
