"""A page's question: chosen first, answered by the run, compared with one reason."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from site_build.snippets import story
from tests.browser.engines import LONGEST
from tests.browser.puppet import Stage, Stager
from tests.browser.puppet import stage as stage
from tests.browser.test_sandbox import LANGUAGES, LISTING, address, button, done, state

QUESTION = story("sequential_order")["question"]
CHOICES = QUESTION["choices"]
MEASURED = story("when_to_use_a_queue")["question"]
TOLD = {
    "zh": {"run": "运行看看", "look": "对照答案", "chose": "你选的是", "ran": "运行结果是"},
    "en": {"run": "Run it and see", "look": "Compare", "chose": "You chose", "ran": "The run says"},
}
YOURS = {"zh": "你改过的版本是", "en": "Your version says"}
RECORDED = {"zh": "录制结果是", "en": "The recording says"}
BOXES = "(all) => all.map((e) => JSON.stringify(e.getBoundingClientRect()))"
CHANGED = "(box) => box.change({ code: box.draft.code + '#' })"
TABS = 200  # until the page's question is reached


def guess(stage: Stage) -> Locator:
    return stage.page.locator(".guess")


def verdict(stage: Stage) -> Locator:
    return guess(stage).get_by_role("status")


def choose(stage: Stage, number: int) -> None:
    guess(stage).get_by_role("radio").nth(number).check()


def bring(stage: Stage, *true: int, **outcome: Any) -> None:
    """End the run: these choices hold in its recording, the others do not."""
    stage.page.wait_for_function("puppet.jobs.length")
    asked: list[str] = stage.page.evaluate("puppet.jobs.at(-1).job.claims")
    holding = {CHOICES[number]["if"] for number in true}
    assert {choice["if"] for choice in CHOICES} <= set(asked)
    stage.bring(**done(claims=[claim in holding for claim in asked], **outcome))


def ask(stage: Stage, *true: int, **outcome: Any) -> None:
    guess(stage).get_by_role("button").click()
    bring(stage, *true, **outcome)


def rows(*texts: str) -> re.Pattern[str]:
    return re.compile(r"^\s*" + r"\s*".join(map(re.escape, texts)) + r"\s*$")


@LANGUAGES
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("page", ["", "when-to-use-a-queue/"], ids=["live", "measured"])
def test_the_choices_come_without_moving_anything(
    page: str, width: int, language: str, stage: Stager
) -> None:
    where = f"{'en/' if language == 'en' else ''}{page}" if page else address(language)
    touch = {"has_touch": True, "is_mobile": True} if width == 375 else {}
    made = stage(where, upgraded=False, viewport={"width": width, "height": 800}, **touch)
    watched = made.page.locator(".guess, .guess li, .guess details, article h2")
    before = watched.evaluate_all(BOXES)
    made.upgrade()
    expect(guess(made).get_by_role("radio")).to_have_count(3)
    assert watched.evaluate_all(BOXES) == before


@LANGUAGES
def test_without_javascript_it_is_a_list_with_the_answer_and_why(
    language: str, stage: Stager
) -> None:
    made = stage(address(language), upgraded=False, java_script_enabled=False)
    expect(guess(made).locator("li")).to_have_text([choice[language] for choice in CHOICES])
    expect(guess(made).locator("input, button")).to_have_count(0)
    expect(guess(made).locator(".guess-bar")).to_be_hidden()
    guess(made).locator("summary").click()
    expect(guess(made).locator("strong")).to_have_text(CHOICES[2][language])
    expect(guess(made).locator(".guess-why")).to_have_text(QUESTION["why"][language])


@LANGUAGES
def test_by_keyboard_a_choice_is_made_run_and_compared(language: str, stage: Stager) -> None:
    made = stage(address(language))
    words, keys = TOLD[language], made.page.keyboard
    group = guess(made).get_by_role("group", name=QUESTION["ask"][language])
    radios = group.get_by_role("radio")
    expect(radios.nth(1)).to_have_accessible_name(CHOICES[1][language])
    radios.first.focus()
    keys.press("ArrowDown")
    expect(radios.nth(1)).to_be_checked()
    keys.press("Tab")
    run = guess(made).get_by_role("button", name=words["run"])
    expect(run).to_be_focused()
    keys.press("Enter")
    state(made.sandbox(LISTING), "loading")
    expect(run).to_have_attribute("aria-disabled", "true")
    expect(verdict(made)).to_be_empty()
    bring(made, 2)
    said = (words["chose"], CHOICES[1][language], words["ran"], f"≠ {CHOICES[2][language]}")
    expect(verdict(made)).to_have_text(rows(*said, QUESTION["why"][language]))
    expect(run).to_be_focused()
    expect(run).to_have_attribute("aria-disabled", "false")


def test_what_agrees_is_marked_and_another_choice_is_compared_at_once(stage: Stager) -> None:
    made = stage(address("en"))
    choose(made, 2)
    ask(made, 2)
    expect(verdict(made)).to_contain_text(f"✓ {CHOICES[2]['en']}")
    choose(made, 0)
    expect(verdict(made)).to_contain_text(f"You chose{CHOICES[0]['en']}")
    expect(verdict(made)).to_contain_text(f"≠ {CHOICES[2]['en']}")
    assert made.jobs() == 1


def test_without_a_choice_the_answer_is_given_alone(stage: Stager) -> None:
    made = stage(address("en"))
    ask(made, 2)
    expect(verdict(made)).to_have_text(
        rows("The run says", CHOICES[2]["en"], QUESTION["why"]["en"])
    )


def test_a_run_of_the_listing_gives_nothing_away_until_a_choice_is_made(stage: Stager) -> None:
    made = stage(address("en"))
    button(made.sandbox(LISTING), "run").click()
    bring(made, 2)
    state(made.sandbox(LISTING), "done")
    expect(verdict(made)).to_be_empty()
    choose(made, 1)
    expect(verdict(made)).to_contain_text(f"≠ {CHOICES[2]['en']}")


@LANGUAGES
def test_an_edited_program_answers_for_itself(language: str, stage: Stager) -> None:
    made = stage(address(language))
    made.sandbox(LISTING).evaluate(CHANGED)
    choose(made, 2)
    ask(made, 1)
    expect(verdict(made)).to_have_text(rows(YOURS[language], CHOICES[1][language]))
    ask(made)
    none = {"zh": "以上都不是", "en": "none of these"}[language]
    expect(verdict(made)).to_have_text(rows(YOURS[language], none))
    error = {"kind": "app", "message": "boom", "traceback": "", "line": 3}
    ask(made, error=error)
    expect(verdict(made)).to_contain_text(
        {"zh": "没有运行完", "en": "did not run to its end"}[language]
    )


def test_a_second_run_takes_the_place_of_the_first(stage: Stager) -> None:
    made = stage(address("en"))
    choose(made, 2)
    sandbox = made.sandbox(LISTING)
    sandbox.evaluate(CHANGED)
    ask(made, 1)
    sandbox.evaluate("(box) => box.change(box.original)")
    button(sandbox, "run").click()
    bring(made, 2)
    expect(verdict(made)).to_contain_text(f"✓ {CHOICES[2]['en']}")


def test_a_stopped_run_answers_nothing(stage: Stager) -> None:
    made = stage(address("en"))
    choose(made, 2)
    ask(made, 2)
    ask(made, error={"kind": "stopped", "message": "", "traceback": "", "line": None})
    state(made.sandbox(LISTING), "stopped")
    expect(verdict(made)).to_be_empty()


@LANGUAGES
def test_where_python_cannot_run_the_builds_answer_is_given(language: str, stage: Stager) -> None:
    made = stage(address(language))
    choose(made, 0)
    guess(made).get_by_role("button").click()
    made.page.wait_for_function("puppet.jobs.length")
    made.fail("unsupported")
    said = (RECORDED[language], f"≠ {CHOICES[2][language]}", QUESTION["why"][language])
    expect(verdict(made)).to_have_text(rows(TOLD[language]["chose"], CHOICES[0][language], *said))
    expect(guess(made).get_by_role("button")).to_have_text(TOLD[language]["look"])


@LANGUAGES
def test_what_was_measured_is_compared_without_a_run(language: str, stage: Stager) -> None:
    made = stage(f"{'en/' if language == 'en' else ''}when-to-use-a-queue/")
    choose(made, 1)
    guess(made).get_by_role("button", name=TOLD[language]["look"]).click()
    answer = MEASURED["choices"][1][language]
    says = {"zh": "实测结果是", "en": "Measured"}[language]
    expect(verdict(made)).to_have_text(
        rows(TOLD[language]["chose"], answer, says, f"✓ {answer}", MEASURED["why"][language])
    )
    assert made.jobs() == 0


@LANGUAGES
def test_python_itself_answers_a_reader_with_a_keyboard(
    language: str, browser: Browser, base: str
) -> None:
    page = browser.new_page()
    page.set_default_timeout(LONGEST)
    page.goto(base + address(language))
    box = page.locator(".guess")
    box.locator("button").wait_for()
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.guess input')"):
            break
    for key in ("ArrowDown", "Tab", "Enter"):
        page.keyboard.press(key)
    said = (TOLD[language]["chose"], CHOICES[1][language])
    ran = (TOLD[language]["ran"], f"≠ {CHOICES[2][language]}", QUESTION["why"][language])
    expect(box.get_by_role("status")).to_have_text(rows(*said, *ran), timeout=LONGEST)
    recorded = page.locator(f"live-sandbox[data-snippet='{LISTING}']")
    told = json.loads(recorded.evaluate("(sandbox) => JSON.stringify(sandbox.recording)"))
    (sent,) = [e["at"] for e in told["events"] if (e["kind"], e["name"]) == PUSHED]
    assert sent == 10
    page.close()


PUSHED = ("task.finished", "send_push")
