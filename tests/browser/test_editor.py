"""The editor in the place of a listing: what opens it, what it keeps, what it marks; no engine."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from site_build.snippets import snippet
from tests.browser.conftest import Opener
from tests.browser.puppet import Stage, Stager
from tests.browser.puppet import stage as stage
from tests.browser.test_live_broken import NO_STORAGE
from tests.browser.test_sandbox import (
    LANGUAGES,
    LISTING,
    PAGE,
    TRACEBACK,
    address,
    button,
    done,
    part,
    state,
)

CODE = snippet(LISTING).code
SECTION = "sequential_order/right_failure"
TOP = "(e) => e.getBoundingClientRect().top + scrollY"
KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('sandbox-draft'))"


def editor(sandbox: Locator) -> Locator:
    return sandbox.locator(".cm-content")


def opened(made: Stage, snippet_id: str = LISTING) -> Locator:
    """The sandbox, once its editor has been opened by its button."""
    sandbox = made.sandbox(snippet_id)
    button(sandbox, "edit").click()
    expect(editor(sandbox)).to_be_focused()
    return sandbox


def draft(sandbox: Locator) -> str:
    return str(sandbox.evaluate("(sandbox) => sandbox.draft.code"))


def typed(made: Stage, text: str = "x = 1\n") -> Locator:
    """The sandbox, once something stands before its program."""
    sandbox = opened(made)
    made.page.keyboard.press("Control+Home")
    made.page.keyboard.insert_text(text)
    assert draft(sandbox) == text + CODE
    return sandbox


def test_a_page_loads_no_editor_before_it_is_asked_for(stage: Stager) -> None:
    made = stage(address("en"), upgraded=False)
    asked: list[str] = []
    made.page.on("request", lambda request: asked.append(request.url))
    made.upgrade()
    made.page.locator("pre > code").first.focus()
    made.page.keyboard.press("Tab")
    assert not [url for url in asked if "/live/" in url]
    opened(made)
    names = [url.rpartition("/")[2] for url in asked if "/live/" in url]
    assert [name.partition(".")[0] for name in names] == ["editor"]


@LANGUAGES
@pytest.mark.parametrize("width", [1280, 375])
def test_it_opens_in_place_and_nothing_else_moves(language: str, width: int, stage: Stager) -> None:
    made = stage(address(language), viewport={"width": width, "height": 800})
    bar = made.sandbox(LISTING).locator(".run-bar")
    before = bar.evaluate(TOP)
    sandbox = opened(made)
    assert bar.evaluate(TOP) == pytest.approx(before, abs=1)
    expect(sandbox.locator("pre").first).to_be_hidden()
    assert draft(sandbox) == CODE
    name = {"zh": "^编辑器: .+", "en": "^Editor: .+"}[language]
    expect(editor(sandbox)).to_have_accessible_name(re.compile(name))


def test_a_press_in_the_code_opens_it_with_the_caret_there(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = made.sandbox(LISTING)
    place = sandbox.locator("pre > code .mi").first  # a number, in a sleep
    place.click(position={"x": 1, "y": 5})
    expect(editor(sandbox)).to_be_focused()
    made.page.keyboard.insert_text("7")
    assert draft(sandbox) == CODE.replace("sleep(5)", "sleep(75)")


def test_selecting_code_leaves_the_listing_as_it_is(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = made.sandbox(LISTING)
    box = sandbox.locator("pre > code").bounding_box()
    assert box is not None
    made.page.mouse.move(box["x"] + 20, box["y"] + 20)
    made.page.mouse.down()
    made.page.mouse.move(box["x"] + 120, box["y"] + 60)
    made.page.mouse.up()
    assert made.page.evaluate("!getSelection().isCollapsed")
    expect(editor(sandbox)).to_have_count(0)
    expect(button(sandbox, "edit")).to_be_visible()


def test_enter_in_the_listing_opens_it(stage: Stager) -> None:
    made = stage(address("en"))
    code = made.sandbox(LISTING).locator("pre > code")
    expect(code).to_have_accessible_name("Code. Press Enter to edit it.")
    code.press("Enter")
    expect(editor(made.sandbox(LISTING))).to_be_focused()


def test_what_was_typed_is_what_runs_and_the_keys_run_it(stage: Stager) -> None:
    made = stage(address("en"))
    typed(made)
    made.page.keyboard.press("Control+Enter")
    made.page.wait_for_function("puppet.jobs.length")
    job = made.page.evaluate("puppet.jobs[0].job")
    assert job["source"] == f"x = 1\n{CODE}"
    assert not job["known"]


def test_tab_indents_and_after_escape_it_leaves(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = opened(made)
    made.page.keyboard.press("Control+Home")
    made.page.keyboard.press("Tab")
    assert draft(sandbox).startswith("    import asyncio")
    made.page.keyboard.press("Escape")
    made.page.keyboard.press("Tab")
    expect(editor(sandbox)).not_to_be_focused()
    assert draft(sandbox).startswith("    import asyncio")


@LANGUAGES
def test_a_search_speaks_the_pages_language(language: str, stage: Stager) -> None:
    made = stage(address(language))
    sandbox = opened(made)
    made.page.keyboard.press("Control+f")
    named = {"zh": "查找", "en": "Find"}[language]
    expect(sandbox.locator(".cm-search").get_by_role("textbox", name=named)).to_be_focused()


@LANGUAGES
def test_reset_can_be_undone(language: str, stage: Stager) -> None:
    made = stage(address(language))
    expect(button(made.sandbox(LISTING), "reset")).to_be_hidden()
    sandbox = typed(made)
    button(sandbox, "reset").click()
    assert draft(sandbox) == CODE
    expect(button(sandbox, "reset")).to_be_hidden()
    undo = part(sandbox, "status").get_by_role("button")
    expect(undo).to_be_focused()
    expect(undo).to_have_text({"zh": "撤销", "en": "Undo"}[language])
    undo.press("Enter")
    assert draft(sandbox) == f"x = 1\n{CODE}"
    button(sandbox, "reset").click()
    editor(sandbox).press("Control+z")
    assert draft(sandbox) == f"x = 1\n{CODE}"


def test_the_text_stays_through_stop_and_a_crash(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = typed(made)
    button(sandbox, "run").click()
    made.page.wait_for_function("puppet.jobs.length")
    button(sandbox, "stop").click()
    made.fail("crashed")
    state(sandbox, "failed")
    assert draft(sandbox) == f"x = 1\n{CODE}"
    expect(editor(sandbox)).to_contain_text("x = 1")


def test_the_text_stays_through_a_reload_and_in_the_other_language(stage: Stager) -> None:
    made = stage(address("en"))
    typed(made)
    for to in ("../../en/sequential-order/", "../../sequential-order/"):
        made.page.goto(made.page.url.partition("?")[0].replace("/en/", "/") + "../" + to[6:])
        made.upgrade()
        sandbox = made.sandbox(LISTING)
        expect(editor(sandbox)).to_contain_text("x = 1")
        assert draft(sandbox) == f"x = 1\n{CODE}"
    button(sandbox, "reset").click()
    assert made.page.evaluate(KEPT) == []


def test_without_storage_it_can_be_edited(stage: Stager) -> None:
    made = stage(address("en"), upgraded=False)
    made.page.evaluate(f"() => {{ {NO_STORAGE} }}")
    made.upgrade()
    typed(made)


def test_a_draft_of_an_earlier_version_is_offered_and_not_mixed_in(stage: Stager) -> None:
    made = stage(address("en"))
    old = json.dumps({"code": "old = 1\n", "requests": []})
    keep = f"(old) => sessionStorage.setItem('sandbox-draft/{LISTING}/x', old)"
    made.page.evaluate(keep, old)
    made.page.reload()
    made.upgrade()
    sandbox = made.sandbox(LISTING)
    assert draft(sandbox) == CODE
    expect(part(sandbox, "status")).to_contain_text("earlier version")
    part(sandbox, "status").get_by_role("button", name="Open it").click()
    expect(editor(sandbox)).to_have_text("old = 1")
    button(sandbox, "reset").click()
    assert draft(sandbox) == CODE


def failed(made: Stage) -> Locator:
    """The sandbox, once its program has failed in line 3."""
    sandbox = typed(made)
    button(sandbox, "run").click()
    made.page.wait_for_function("puppet.jobs.length")
    made.bring(error={"kind": "app", "message": "boom", "traceback": TRACEBACK, "line": 3})
    state(sandbox, "failed")
    return sandbox


@LANGUAGES
def test_the_line_that_failed_is_marked_and_led_to(language: str, stage: Stager) -> None:
    made = stage(address(language))
    sandbox = failed(made)
    marked = sandbox.locator(".cm-line.failing")
    expect(marked).to_have_count(1)
    sign = "(e) => getComputedStyle(e, '::before').content"
    assert "✗" in sandbox.locator(".cm-gutterElement.failing").first.evaluate(sign)
    part(sandbox, "console").get_by_role(
        "button", name={"zh": "第 3 行", "en": "Line 3"}[language]
    ).click()
    expect(editor(sandbox)).to_be_focused()
    made.page.keyboard.insert_text("here")
    third = (f"x = 1\n{CODE}").split("\n")[2]
    expect(marked).to_have_text(f"here{third}")
    made.page.keyboard.press("Control+Home")
    made.page.keyboard.insert_text("\n\n")
    expect(marked).to_have_text(f"here{third}")


def test_a_line_that_is_replaced_takes_its_mark_along(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = failed(made)
    editor(sandbox).press("Control+a")
    made.page.keyboard.insert_text("import app\nimport another\nimport third\n")
    expect(sandbox.locator(".failing")).to_have_count(0)


def test_a_step_marks_its_line(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = opened(made)
    tell = """(sandbox, line) => sandbox.dispatchEvent(
      new CustomEvent("sandbox:line", { detail: { line } }))"""
    sandbox.evaluate(tell, 5)
    expect(sandbox.locator(".cm-line.stepping")).to_have_text("app = FastAPI()")
    for nowhere in (0, 10_000, 1.5):
        sandbox.evaluate(tell, nowhere)
        expect(sandbox.locator(".cm-line.stepping")).to_have_count(0)


def test_of_a_section_the_whole_file_is_edited(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = made.sandbox(SECTION)
    sandbox.locator("pre > code").first.get_by_text("send_all").first.click()
    expect(editor(sandbox)).to_be_focused()
    whole = snippet(SECTION).code
    assert draft(sandbox) == whole
    expect(sandbox.locator("details.whole")).to_be_hidden()
    made.page.keyboard.press("Home")
    made.page.keyboard.insert_text("#")
    assert draft(sandbox) == whole.replace("async def send_all", "#async def send_all")


def test_an_editor_that_does_not_arrive_is_told_and_asked_for_again(stage: Stager) -> None:
    made = stage(address("en"))
    lost = "**/sandbox-test/live/*"
    made.page.route(lost, lambda route: route.abort())
    sandbox = made.sandbox(LISTING)
    button(sandbox, "edit").click()
    expect(part(sandbox, "status")).to_contain_text("The editor did not arrive")
    expect(sandbox.locator("pre").first).to_be_visible()
    made.page.unroute(lost)
    # A browser keeps a module's failure for as long as the page is there.
    made.page.reload()
    made.upgrade()
    opened(made)


def page_of(open_page: Opener) -> Page:
    return open_page("en/response-immutable/").page


def test_notes_of_a_listing_are_written_out(open_page: Opener) -> None:
    page = page_of(open_page)
    sandbox = page.locator("live-sandbox[data-snippet='response_immutable/right_webhook']")
    expect(sandbox.locator(".md-annotation")).to_be_attached()
    button(sandbox, "edit").click()
    expect(sandbox.locator(".notes-out li")).to_contain_text("Line 16 · So that the example runs")
    expect(editor(sandbox)).not_to_contain_text("(1)!")
    page.context.close()


def test_the_policy_allows_all_of_the_editor(open_page: Opener) -> None:
    visit = open_page(f"en/{PAGE}")
    sandbox = visit.page.locator(f"live-sandbox[data-snippet='{LISTING}']")
    button(sandbox, "edit").click()
    editor(sandbox).press("Control+f")
    visit.page.keyboard.type("sleep")
    expect(sandbox.locator(".cm-searchMatch").first).to_be_visible()
    assert visit.wrong == []
    visit.page.context.close()


def test_a_response_shows_its_headers(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = made.sandbox(LISTING)
    button(sandbox, "run").click()
    made.page.wait_for_function("puppet.jobs.length")
    brought = done()
    answer = {**brought["recording"]["responses"][0], "headers": [["x-a", "<b>"], ["x-b", "2"]]}
    made.bring(**{**brought, "recording": {**brought["recording"], "responses": [answer]}})
    part(sandbox, "responses").get_by_text("2 headers").click()
    expect(part(sandbox, "responses").locator("dd")).to_have_text(["<b>", "2"])
