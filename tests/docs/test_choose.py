"""The rules of the page `choose`: one answer for all work, true reasons, the same in the script."""

import json
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from evidence.rows import every
from site_build.choice import Choice, ChoiceError, choice
from site_build.choose import checked, form, scenarios, table
from site_build.choose_answers import answer
from site_build.claims import Mark, check
from site_build.headings import place
from site_build.measured import row_for
from site_build.page import current
from site_build.recordings import node
from site_build.snippets import LANGUAGES, ROOT
from tests.docs.parsed import Page, parse
from tests.docs.unmarked import unmarked

CHOICE = choice()
DECLARED = CHOICE.declared
ANSWERS = list(DECLARED["answers"])
MODULE = ROOT / "web" / "theme" / "assets" / "choice.js"
TABLE = tomllib.loads((ROOT / "evidence" / "tables" / "scenarios.toml").read_text("utf-8"))
RESTS = sorted(
    {
        claim
        for one in [
            *DECLARED["reasons"].values(),
            *(setting for name in ANSWERS for setting in DECLARED["answers"][name]["settings"]),
        ]
        for claim in one.get("rests", [])
    }
)
# The table of the note: is it for BackgroundTasks, is it for Celery or RQ?
NOTE = {
    "email": (True, False),
    "thumbnail": (True, True),
    "file": (False, True),
    "training": (False, True),
    "schedule": (False, True),
}
# The patterns that an answer may lead to: it leads to those whose page is there.
PATTERNS = {
    "fan-out",
    "failed-task-store",
    "graceful-shutdown",
    "hand-off-to-celery",
    "hand-off-to-rq",
    "idempotent-task",
    "limit-concurrency",
    "own-session",
    "safe-task-decorator",
    "status-progress-cancel",
    "test-your-tasks",
    "transactional-outbox",
}
every_language = pytest.mark.parametrize("language", LANGUAGES)
every_answer = pytest.mark.parametrize("name", ANSWERS)
every_reason = pytest.mark.parametrize("name", DECLARED["reasons"])
every_scenario = pytest.mark.parametrize("one", DECLARED["scenarios"], ids=lambda one: one["en"])


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a language the one of the page at hand."""
    monkeypatch.setattr(current, "cited", {})
    monkeypatch.setattr(current, "root", "../")
    monkeypatch.setattr(current, "aside", [])
    return lambda language: monkeypatch.setattr(current, "language", language)


def texts(of: Any) -> Iterator[dict[str, str]]:
    """All texts of the file that have two languages."""
    if isinstance(of, dict) and {"zh", "en"} <= set(of):
        yield of
    for inner in of.values() if isinstance(of, dict) else of if isinstance(of, list) else ():
        yield from texts(inner)


def changed(**of: Any) -> Choice:
    """The file with other parts."""
    return Choice(json.loads(json.dumps({**DECLARED, **of})))


# -- rules --------------------------------------------------------------------------------------


def test_each_combination_meets_exactly_one_rule_and_each_rule_is_met() -> None:
    met = {CHOICE.decide(given).id for given in CHOICE.combinations()}
    assert met == {rule.id for rule in CHOICE.rules}


def test_the_reasons_of_a_rule_hold_of_all_work_that_it_is_for() -> None:
    holds = {name: CHOICE.reason(name) for name in DECLARED["reasons"]}
    false = {
        (rule.id, reason)
        for given in CHOICE.combinations()
        for rule in [CHOICE.decide(given)]
        for reason in rule.reasons
        if not holds[reason].may_hold(given)
    }
    assert not false


def test_nothing_is_declared_that_no_rule_uses() -> None:
    assert {rule.answer for rule in CHOICE.rules} == set(ANSWERS)
    assert {name for rule in CHOICE.rules for name in rule.reasons} == set(DECLARED["reasons"])
    assert len({rule.id for rule in CHOICE.rules}) == len(CHOICE.rules)


def test_each_rule_rests_on_a_run_or_on_a_claim() -> None:
    without = [rule.id for rule in CHOICE.rules if not rule.reasons]
    assert not without
    for rule in CHOICE.rules:
        rests = [one for name in rule.reasons for one in DECLARED["reasons"][name].get("rests", [])]
        assert rests, f"{rule.id} rests on no row of evidence and no recording"


def test_a_setting_is_for_work_that_its_answer_is_given_for() -> None:
    given_for: dict[str, list[dict[str, str]]] = {name: [] for name in ANSWERS}
    for given in CHOICE.combinations():
        given_for[CHOICE.decide(given).answer].append(given)
    for name in ANSWERS:
        for one in DECLARED["answers"][name]["settings"]:
            holds = CHOICE.condition(one, name)
            assert any(holds.may_hold(given) for given in given_for[name]), (name, one["en"])


@every_reason
def test_a_reason_leads_to_a_page_that_is_there(name: str, at: Any) -> None:
    for language in LANGUAGES:
        at(language)
        assert place(DECLARED["reasons"][name]["to"])


@pytest.mark.parametrize("claim", RESTS)
def test_what_is_said_rests_on_a_statement_and_it_is_so(claim: str) -> None:
    check(Mark("", claim, 0))  # "" has no number that could be compared with a value


def test_a_row_that_says_otherwise_stops_the_build(at: Any) -> None:
    at("en")
    reasons = json.loads(json.dumps(DECLARED["reasons"]))
    reasons["a-loss-is-accepted"]["rests"] = ["evidence/web-killed-background-tasks finished"]
    with pytest.raises(ChoiceError, match=r"reason a-loss-is-accepted rests on .* not so"):
        answer(changed(reasons=reasons), "background")
    reasons["a-loss-is-accepted"]["rests"] = ["evidence/no-such-row finished"]
    with pytest.raises(ChoiceError, match="no-such-row"):
        answer(changed(reasons=reasons), "background")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"when": {"loss": "perhaps"}}, "rule r: loss has no perhaps"),
        ({"when": {"size": "big"}}, "rule r: size has no big"),
        ({"answer": "magic"}, "rule r: there is no magic"),
        ({"reasons": ["because"]}, "rule r: there is no because"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_an_error(
    change: dict[str, Any], complaint: str
) -> None:
    rule = {"id": "r", "answer": "celery", "reasons": [], "when": {}, **change}
    with pytest.raises(ChoiceError, match=complaint):
        changed(rules=[rule])


def test_rules_that_overlap_or_leave_a_gap_are_an_error() -> None:
    given = next(CHOICE.combinations())
    rules = DECLARED["rules"]
    with pytest.raises(ChoiceError, match="exactly one rule must fit"):
        changed(rules=[*rules, {**rules[0], "id": "again"}]).decide(given)
    with pytest.raises(ChoiceError, match="these do: none"):
        changed(rules=rules[1:]).decide(given)


def test_all_but_one_is_written_with_a_mark() -> None:
    made = CHOICE.condition({"when": {"server": "!function"}, "any": {"loss": "never"}}, "here")
    assert made.all_of == {"server": ("uvicorn", "gunicorn", "hypercorn", "granian")}
    assert made.may_hold({"server": "granian"})
    assert not made.may_hold({"server": "function", "loss": "never"})
    assert not made.may_hold({"server": "granian", "loss": "may"})


# -- words --------------------------------------------------------------------------------------


@every_language
def test_every_text_is_there_and_names_no_time_and_no_version(language: str) -> None:
    found = list(texts(DECLARED))
    assert len(found) > 100
    assert all(text["zh"].strip() and text["en"].strip() for text in found)
    allowed = {"5 s", "5 秒"}  # of the note's e-mail
    left = [one for text in found for one in unmarked(text[language]) if one.text not in allowed]
    assert not left, "take it from a row: {key}"


@every_answer
def test_an_answer_says_what_it_is_how_to_set_it_up_and_where_it_is_proved(name: str) -> None:
    declared = DECLARED["answers"][name]
    assert declared["family"] in {"background", "queue", "table", "scheduler", "platform"}
    assert len(declared["settings"]) >= 2
    assert declared["proof"]
    assert set(declared["patterns"]) <= PATTERNS


# -- scenarios ----------------------------------------------------------------------------------


@every_scenario
def test_an_example_comes_out_as_it_says(one: dict[str, Any]) -> None:
    assert set(one["given"]) == set(CHOICE.options)
    assert CHOICE.decide(one["given"]).answer == one["answer"]


@every_scenario
def test_an_example_agrees_with_the_note_or_says_why_not(one: dict[str, Any]) -> None:
    note = {"background": NOTE[one["line"]][0], "queue": NOTE[one["line"]][1]}
    assert one["note"] == note
    family = DECLARED["answers"][one["answer"]]["family"]
    assert one["agrees"] == note.get(family, False)
    assert one["agrees"] != ("why" in one)


@every_scenario
def test_an_example_that_agrees_agrees_with_the_table_on_queues_too(one: dict[str, Any]) -> None:
    family = DECLARED["answers"][one["answer"]]["family"]
    (cell,) = (c for c in TABLE["cells"] if c["at"] == f"{one['line']}/background")
    (other,) = (c for c in TABLE["cells"] if c["at"] == f"{one['line']}/queue")
    marks = {"background": cell, "queue": other}
    if one["agrees"]:
        said = marks[family].get("ours") or marks[family]["none"]
        assert all(said[language][0] in "✓◐" for language in LANGUAGES)


def test_all_five_scenarios_of_the_note_are_walked_through_and_one_agrees_with_each() -> None:
    assert {one["line"] for one in DECLARED["scenarios"] if one["agrees"]} == set(NOTE)
    assert [line["id"] for line in TABLE["lines"]] == list(NOTE)


# -- the script ---------------------------------------------------------------------------------


@cache
def _in_node(folder: Path) -> dict[str, Any]:
    data = folder / "data.json"
    data.write_text(json.dumps(CHOICE.data()), "utf-8")
    runner = Path(__file__).with_name("choose.mjs")
    command = [str(part) for part in (node(), runner, MODULE, data)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the page's script makes of all questions."""
    return _in_node(tmp_path_factory.mktemp("choose"))


def test_the_script_and_python_agree_on_all_answers_whole_or_not(script: dict[str, Any]) -> None:
    asked = {tuple(sorted(given.items())): rules for given, rules, _ in script["found"]}
    ways = [
        {q: option for q, option in zip(CHOICE.options, chosen, strict=True) if option}
        for chosen in product(*([None, *options] for options in CHOICE.options.values()))
    ]
    assert len(asked) == len(ways)
    for given in ways:
        mine = [rule.id for rule in CHOICE.fitting(given)]
        assert asked[tuple(sorted(given.items()))] == mine, given
        assert mine


def test_the_script_stops_asking_when_the_answer_is_settled(script: dict[str, Any]) -> None:
    settled = script["settled"]
    assert settled["answers"] == ["cron"]
    assert settled["moot"] == ["length", "work", "workers"]
    assert settled["reasons"] == ["a-schedule-in-each-process", "a-command-of-its-own"]
    assert len(script["nothing"]["answers"]) == len(ANSWERS)
    assert script["nothing"]["reasons"] == []


def test_a_question_that_is_said_to_change_nothing_changes_nothing(script: dict[str, Any]) -> None:
    every_way = [(given, CHOICE.decide(given).answer) for given in CHOICE.combinations()]
    for given, _, decided in script["found"]:
        if len(given) > 2:
            continue
        fitting = [(whole, a) for whole, a in every_way if given.items() <= whole.items()]
        assert set(decided["answers"]) == {a for _, a in fitting}
        for moot in decided["moot"]:
            answers: dict[tuple[str, ...], set[str]] = {}
            for whole, a in fitting:
                others = tuple(option for q, option in whole.items() if q != moot)
                answers.setdefault(others, set()).add(a)
            assert all(len(found) == 1 for found in answers.values()), (given, moot)
    scheduled = next(d for g, _, d in script["found"] if g == {"due": "schedule"})
    assert scheduled["moot"] == ["workers"]


def test_an_answer_has_an_address_of_its_own(script: dict[str, Any]) -> None:
    address = "?fastapi=0.117.1&loss=may&due=schedule&retry=no&server=uvicorn"
    assert script["address"] == address
    assert script["back"] == {"due": "schedule", "loss": "may", "retry": "no", "server": "uvicorn"}
    assert script["strange"] == {"work": "blocks"}
    assert script["cleared"] == "?fastapi=0.117.1"


# -- the page -----------------------------------------------------------------------------------


@every_language
def test_every_part_is_drawn_in_both_languages(language: str, at: Any) -> None:
    at(language)
    rows = [e for e in parse("t", table(CHOICE)).all("tr") if "data-rule" in e.attrs]
    assert [row.attrs["data-rule"] for row in rows] == [rule.id for rule in CHOICE.rules]
    assert "1620" in checked(CHOICE)
    examples = list(parse("s", scenarios(CHOICE)).all("tr"))
    assert len(examples) == len(DECLARED["scenarios"]) + 1


@every_language
@every_answer
def test_an_answer_shows_each_of_its_reasons_with_its_evidence(
    name: str, language: str, at: Any
) -> None:
    at(language)
    page = parse("a", answer(CHOICE, name))
    shown = {e.attrs["data-reason"] for e in page.all("li") if "data-reason" in e.attrs}
    assert shown == {r for rule in CHOICE.rules if rule.answer == name for r in rule.reasons}
    rows = {e.attrs["data-evidence"] for e in page.all("a") if "data-evidence" in e.attrs}
    assert rows <= set(every())
    told = [*(DECLARED["reasons"][one] for one in shown), *DECLARED["answers"][name]["settings"]]
    rests = (claim for one in told for claim in one.get("rests", []))
    assert {row_for(claim.partition(" ")[0]) for claim in rests} - {""} == rows


def test_a_pattern_is_linked_as_soon_as_its_page_is_there(
    at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("en")
    answers = json.loads(json.dumps(DECLARED["answers"]))
    answers["rq"]["patterns"] = ["no-such-page", "glossary"]
    drawn = answer(changed(answers=answers), "rq")
    assert "no-such-page" not in drawn
    assert "../glossary/" in drawn


def test_an_unknown_part_is_an_error_that_names_the_others(at: Any) -> None:
    at("en")
    with pytest.raises(ChoiceError, match="there is no answer 'magic'; there are: background"):
        answer(CHOICE, "magic")


def test_the_form_waits_for_its_script_and_carries_the_rules(at: Any) -> None:
    at("zh")
    page = parse("f", current.put_back(form(CHOICE)))
    assert "hidden" in page.one("form").attrs
    assert page.one("script").attrs == {"type": "application/json"}
    assert json.loads(page.one("script").text) == json.loads(json.dumps(CHOICE.data()))
    radios = [(e.attrs["name"], e.attrs["value"]) for e in page.all("input")]
    assert radios == [(q, option) for q, options in CHOICE.options.items() for option in options]


@every_language
def test_the_built_page_has_a_section_for_each_answer(language: str, pages: list[Page]) -> None:
    name = f"{'en/' if language == 'en' else ''}choose/index.html"
    (page,) = [page for page in pages if page.name == name]
    drawn = [e.attrs["data-answer"] for e in page.all("div") if "data-answer" in e.attrs]
    assert drawn == ANSWERS
    assert set(ANSWERS) <= page.ids
    assert any(e.attrs.get("src", "").endswith("assets/choose.js") for e in page.all("script"))
