"""The story's requests, edited under the editor: what is typed is what is sent."""

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from site_build.snippets import snippet
from tests.browser.puppet import Stage, Stager
from tests.browser.puppet import stage as stage
from tests.browser.test_accessibility import AXE, RUN
from tests.browser.test_editor import opened
from tests.browser.test_sandbox import LANGUAGES, LISTING, address, button, part

STORY: list[dict[str, Any]] = snippet(LISTING).story["requests"]
LABELS = {
    "zh": {"visitor": "访客", "path": "路径", "at": "第几秒", "add": "添加请求", "undo": "撤销"},
    "en": {
        "visitor": "visitor",
        "path": "path",
        "at": "at second",
        "add": "Add a request",
        "undo": "Undo",
    },
}


def unfolded(made: Stage) -> Locator:
    """The sandbox, with its requests to be seen."""
    sandbox = opened(made)
    expect(part(sandbox, "requests")).to_be_hidden()
    toggle = button(sandbox, "requests")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.click()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    return sandbox


def rows(sandbox: Locator) -> Locator:
    return part(sandbox, "requests").locator(".request")


def sent(sandbox: Locator) -> list[dict[str, Any]]:
    told: str = sandbox.evaluate("(sandbox) => JSON.stringify(sandbox.jobOf().story.requests)")
    requests: list[dict[str, Any]] = json.loads(told)
    return requests


@LANGUAGES
def test_a_request_is_changed_added_and_taken_away(language: str, stage: Stager) -> None:
    made = stage(address(language))
    sandbox = unfolded(made)
    labels = LABELS[language]
    rows(sandbox).first.get_by_label(labels["visitor"], exact=True).fill("eve")
    assert sent(sandbox) == [{**STORY[0], "visitor": "eve"}]
    sandbox.get_by_role("button", name=labels["add"], exact=True).click()
    fresh = rows(sandbox).last
    expect(fresh.get_by_label(labels["visitor"], exact=True)).to_be_focused()
    fresh.get_by_label(labels["at"], exact=True).fill("1.5")
    fresh.get_by_label(labels["path"], exact=True).fill("/ping")
    fresh.locator("select").first.select_option("GET")
    added = {"visitor": "eve", "method": "GET", "path": "/ping", "at": 1.5}
    assert sent(sandbox) == [{**STORY[0], "visitor": "eve"}, added]
    rows(sandbox).first.locator("> .remove").click()
    assert sent(sandbox) == [added]
    undo = part(sandbox, "status").get_by_role("button", name=labels["undo"])
    expect(undo).to_be_focused()
    undo.press("Enter")
    assert len(sent(sandbox)) == 2
    expect(rows(sandbox)).to_have_count(2)


def test_what_says_the_same_again_is_the_original(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = unfolded(made)
    at = rows(sandbox).get_by_label("at second", exact=True)
    at.fill("2")
    expect(button(sandbox, "reset")).to_be_visible()
    at.fill("0")
    expect(button(sandbox, "reset")).to_be_hidden()
    assert sandbox.evaluate("(sandbox) => sandbox.isOriginal")


def test_headers_and_bodies_are_sent_as_they_are(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = unfolded(made)
    row = rows(sandbox).first
    row.locator("summary").click()
    for name, value in (("x-a", "1"), ("x-a", "2"), ("x-b", "3")):
        row.get_by_role("button", name="Add a header").click()
        last = row.locator(".headers .row").last
        last.get_by_label("name", exact=True).fill(name)
        last.get_by_label("value", exact=True).fill(value)
    body = row.get_by_label("Body", exact=True)
    body.fill('{"order": [7, "<b>"]}')
    expect(row.locator(".how")).to_have_text("Sent as JSON.")
    headers = {"x-a": ["1", "2"], "x-b": "3"}
    assert sent(sandbox) == [{**STORY[0], "headers": headers, "body": {"order": [7, "<b>"]}}]
    body.fill('{"order": ')
    expect(row.locator(".how")).to_have_text("Sent as text.")
    assert sent(sandbox)[0]["body"] == '{"order": '


def test_a_websocket_has_messages_and_no_body(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = unfolded(made)
    row = rows(sandbox).first
    row.locator("select").first.select_option("WEBSOCKET")
    row.locator("summary").click()
    expect(row.get_by_label("Body", exact=True)).to_be_hidden()
    row.get_by_role("button", name="Add one").click()
    row.locator(".messages").get_by_label("text", exact=True).fill("hello")
    row.locator(".messages").get_by_label("at second", exact=True).fill("1")
    assert sent(sandbox)[0]["messages"] == [{"text": "hello", "at": 1}]


@LANGUAGES
def test_what_is_wrong_is_said_beside_its_field(language: str, stage: Stager) -> None:
    made = stage(address(language))
    sandbox = unfolded(made)
    path = rows(sandbox).get_by_label(LABELS[language]["path"], exact=True)
    path.fill("ping")
    said = {"zh": "路径要以 / 开头。", "en": "A path begins with /."}[language]
    expect(path).to_have_attribute("aria-invalid", "true")
    expect(path).to_have_accessible_description(said)
    assert sent(sandbox)[0]["path"] == "ping"  # what was typed is not thrown away
    path.fill("/ping")
    expect(path).not_to_have_attribute("aria-invalid", "true")
    at = rows(sandbox).get_by_label(LABELS[language]["at"], exact=True)
    for wrong in ("-1", "soon", ""):
        at.fill(wrong)
        expect(at).to_have_attribute("aria-invalid", "true")


def test_changed_requests_are_unfolded_after_a_reload(stage: Stager) -> None:
    made = stage(address("en"))
    rows(unfolded(made)).get_by_label("visitor", exact=True).fill("eve")
    made.page.reload()
    made.upgrade()
    visitor = rows(made.sandbox(LISTING)).get_by_label("visitor", exact=True)
    expect(visitor).to_have_value("eve")
    button(made.sandbox(LISTING), "reset").click()
    expect(visitor).to_have_value("ann")


@pytest.mark.verify
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
@LANGUAGES
def test_axe_finds_nothing_in_an_open_editor(
    language: str, scheme: str, width: int, stage: Stager
) -> None:
    size = {"width": width, "height": 800}
    made = stage(address(language), color_scheme=scheme, viewport=size)
    sandbox = unfolded(made)
    rows(sandbox).locator("summary").click()
    rows(sandbox).get_by_label(LABELS[language]["path"], exact=True).fill("wrong")
    sandbox.locator(".cm-content").press("Control+f")
    made.page.evaluate(AXE.read_text("utf-8"))
    found = made.page.evaluate(RUN)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [1280, 640, 375, 320])
def test_nothing_of_it_reaches_past_the_edge(width: int, stage: Stager) -> None:
    made = stage(address("en"), viewport={"width": width, "height": 700})
    sandbox = unfolded(made)
    rows(sandbox).locator("summary").click()
    wide = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert made.page.evaluate(wide) <= 0
    inside = """(sandbox) => [...sandbox.querySelectorAll("button, input, select, textarea")]
      .filter((e) => e.getBoundingClientRect().right > sandbox.getBoundingClientRect().right)
      .map((e) => e.outerHTML)"""
    assert sandbox.evaluate(inside) == []
