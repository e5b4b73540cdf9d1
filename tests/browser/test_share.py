"""Links that carry a reader's version: what Share makes, and what opening one does."""

import base64
import json
import zlib
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.puppet import Stage, Stager
from tests.browser.puppet import stage as stage
from tests.browser.puppet import stages as stages
from tests.browser.test_sandbox import LANGUAGES, LISTING, PAGE, address, button, done, state

CODE = "from fastapi import FastAPI\n\napp = FastAPI()  # <b>你好</b>\n"
REQUESTS = [
    {"visitor": "ann", "method": "POST", "path": "/a", "at": 0.5, "body": {"a": [1, None]}},
    {"visitor": "鲍勃", "method": "WEBSOCKET", "path": "/ws", "messages": [{"text": "x", "at": 1}]},
]
DRAFT = {"code": CODE, "requests": REQUESTS}
# Made once by format 1, which stays readable for ever: this text is never made anew.
OLD = (
    "#run=1.sequential_order/wrong."
    "q1ZKzk9JVbJSUEorys9VSEssLkksyFTIzC3ILypRcANyHQM8Y_Ji8hILChRsYQIamgoKygqHV8bkKeko"
    "KBWlFpamFpcUA02JrlYqyyzOLMkvAhmZmAeWz00tychPAQm4u4aABAoSSzJAXP0KEC-xBMg21DOtja0F"
    "AA"
)


def packed(content: Any) -> str:
    """What stands in a link: JSON, deflated, in base64."""
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    deflate = zlib.compressobj(9, wbits=-15)
    raw = deflate.compress(text) + deflate.flush()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def link(content: Any, snippet: str = LISTING, version: str = "1") -> str:
    return f"#run={version}.{snippet}.{packed(content)}"


def draft(sandbox: Locator) -> Any:
    return sandbox.evaluate("(box) => box.draft")


def note(page: Page) -> Locator:
    return page.locator(".link-note")


def opened(stage: Stager, fragment: str, language: str = "en", **options: Any) -> Stage:
    """A page to which a link has led, with what is said of it."""
    made = stage(address(language) + fragment, **options)
    expect(note(made.page)).to_be_visible()
    return made


def shared(stage: Stager) -> tuple[Stage, str]:
    """A page on which a version has been shared, and its link."""
    made = stage(address("en"))
    sandbox = made.sandbox(LISTING)
    sandbox.evaluate("(box, draft) => box.change(draft)", DRAFT)
    button(sandbox, "share").click()
    panel = sandbox.get_by_role("group", name="Share")
    expect(panel.get_by_role("status")).not_to_be_empty()
    return made, panel.get_by_role("textbox", name="Link").input_value()


@LANGUAGES
def test_what_share_makes_brings_code_and_requests_back(language: str, stage: Stager) -> None:
    _, made = shared(stage)
    assert f"/en/{PAGE}#run=1.{LISTING}." in made
    again = opened(stage, made[made.index("#") :], language)
    assert draft(again.sandbox(LISTING)) == DRAFT
    said = {"en": "From a link, not run yet", "zh": "来自链接，还没有运行"}
    expect(note(again.page)).to_contain_text(said[language])


def test_a_link_runs_nothing_by_itself(stage: Stager) -> None:
    made = opened(stage, link(DRAFT))
    sandbox = made.sandbox(LISTING)
    expect(note(made.page)).to_be_in_viewport()
    expect(note(made.page)).to_be_focused()
    state(sandbox, "idle")
    assert (made.jobs(), made.page.evaluate("puppet.warmed")) == (0, 0)
    button(sandbox, "run").click()
    state(sandbox, "loading")
    job = made.page.evaluate("puppet.jobs[0].job")
    assert (job["source"], job["story"]["requests"]) == (CODE, REQUESTS)
    assert job["known"] is False
    made.bring(**done())
    expect(note(made.page)).not_to_contain_text("not run yet")


def test_the_original_is_one_press_away(stage: Stager) -> None:
    made = opened(stage, link(DRAFT))
    note(made.page).get_by_role("button", name="Show the original").click()
    assert made.sandbox(LISTING).evaluate("(box) => box.isOriginal")
    expect(note(made.page)).to_contain_text("just what this listing is")


def test_a_link_does_not_replace_what_the_reader_has_written(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = made.sandbox(LISTING)
    mine = {"code": "mine\n", "requests": REQUESTS[:1]}
    sandbox.evaluate("(box, draft) => box.change(draft)", mine)
    made.page.evaluate("(link) => { location.hash = link; }", link(DRAFT))
    note(made.page).get_by_role("button", name="Show the link's").click()
    assert draft(sandbox) == DRAFT
    note(made.page).get_by_role("button", name="Back to mine").click()
    assert draft(sandbox) == mine


def test_a_link_of_the_first_format_opens_for_ever(stage: Stager) -> None:
    made = opened(stage, OLD)
    found = draft(made.sandbox(LISTING))
    assert found["code"] == "from fastapi import FastAPI\n\napp = FastAPI()  # é\n"
    assert found["requests"][0]["path"] == "/x"


def _request(**more: Any) -> dict[str, Any]:
    return {"code": CODE, "requests": [{"visitor": "ann", "path": "/", **more}]}


BOMB = packed(b" " * 30_000_000)
WHOLE = link(DRAFT)
HOSTILE = {
    "a bomb that is short": (f"#run=1.{LISTING}.{BOMB}", "more than a page opens"),
    "a bomb of a gigabyte": (f"#run=1.{LISTING}.{'A' * 1_400_000}", "more than a page opens"),
    "a program that is too long": (link({**DRAFT, "code": "x" * 100_001}), "more than a page"),
    "cut": (WHOLE[:-9], "damaged"),
    "no base64": (f"#run=1.{LISTING}.!!!", "damaged"),
    "nothing deflated": (f"#run=1.{LISTING}.AAAA", "damaged"),
    "trailing bytes": (f"{WHOLE}AAAA", "damaged"),
    "no data": (f"#run=1.{LISTING}", "damaged"),
    "a fourth part": (f"{WHOLE}.x", "damaged"),
    "no number": (WHOLE.replace("1.", "__proto__.", 1), "damaged"),
    "a format to come": (link(DRAFT, version="2"), "does not know the link's format"),
    "no JSON": (f"#run=1.{LISTING}.{packed(b'{')}", "damaged"),
    "no UTF-8": (f"#run=1.{LISTING}.{packed(b'{}' + bytes([255]))}", "damaged"),
    "null": (link(None), "damaged"),
    "a code that is a list": (link({**DRAFT, "code": ["x"]}), "damaged"),
    "requests that are a text": (link({**DRAFT, "requests": "x"}), "damaged"),
    "a request that is null": (link({**DRAFT, "requests": [None]}), "damaged"),
    "too many requests": (link({**DRAFT, "requests": REQUESTS * 26}), "damaged"),
    "a path to elsewhere": (link(_request(path="https://evil.test/")), "damaged"),
    "a method with a space": (link(_request(method="GET /x")), "damaged"),
    "a second that is a text": (link(_request(at="1")), "damaged"),
    "a second before all": (link(_request(at=-1)), "damaged"),
    "a header with a line": (link(_request(headers={"a\nb": "c"})), "damaged"),
    "a key that is unknown": (link(_request(onload="x")), "damaged"),
    "a key of the prototype": (link(_request(toString="x")), "damaged"),
    "a prototype in a body": (
        f"#run=1.{LISTING}."
        + packed(json.dumps(_request(body={"__proto__": {"isOriginal": True}})).encode()),
        "damaged",
    ),
    "a body without a bottom": (
        f"#run=1.{LISTING}."
        + packed(json.dumps(_request(body=1)).replace("1", "[" * 30_000 + "]" * 30_000).encode()),
        "damaged",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_link_says_so_and_leaves_the_original(
    kind: str, stages: dict[str, Stage]
) -> None:
    fragment, said = HOSTILE[kind]
    made = stages["en"]
    sandbox = made.sandbox(LISTING)
    sandbox.evaluate("(box) => box.change(box.original)")  # whatever became of the last one
    made.page.evaluate("() => document.querySelector('.link-note')?.remove()")
    made.page.evaluate("(link) => { location.hash = link; }", fragment)
    expect(note(made.page)).to_contain_text(said)
    assert sandbox.evaluate("(box) => box.isOriginal")
    expect(sandbox.locator("pre > code").first).to_be_visible()


def test_markup_in_a_link_is_text(stage: Stager) -> None:
    evil = "<img src=x onerror=alert(1)>"
    content = {"code": f"{evil}\n", "requests": [{"visitor": evil, "path": f"/{evil}"}]}
    made = opened(stage, link(content))
    assert draft(made.sandbox(LISTING)) == content
    expect(made.page.locator("article img")).to_have_count(0)


def test_a_link_to_another_page_says_so_at_the_top(stage: Stager) -> None:
    made = opened(stage, link(DRAFT, "request_context/wrong"))
    expect(note(made.page)).to_contain_text("request_context/wrong, which is not on this page")
    expect(made.page.locator("h1 + .link-note")).to_be_visible()


def test_other_fragments_stay_headings(stage: Stager) -> None:
    made = stage(f"{address('en')}#why-it-happens")
    expect(made.page.locator("#why-it-happens")).to_be_in_viewport()
    expect(note(made.page)).to_have_count(0)


def test_a_link_that_is_followed_on_its_own_page_is_opened(stage: Stager) -> None:
    made = stage(address("en"))
    made.page.evaluate("(link) => { location.hash = link; }", link(DRAFT))
    expect(note(made.page)).to_contain_text("not run yet")
    assert draft(made.sandbox(LISTING)) == DRAFT


def test_share_copies_where_the_browser_lets_it(stage: Stager) -> None:
    made = stage(address("en"))
    made.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sandbox = made.sandbox(LISTING)
    button(sandbox, "share").click()
    panel = sandbox.get_by_role("group", name="Share")
    expect(panel.get_by_role("status")).to_contain_text("The link is copied")
    copied = made.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == panel.get_by_role("textbox").input_value()
    expect(button(sandbox, "share")).to_have_attribute("aria-expanded", "true")
    button(sandbox, "share").click()
    expect(panel).to_have_count(0)
    expect(button(sandbox, "share")).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("without", ["refuse", "have none"])
def test_without_a_clipboard_the_link_is_selected(without: str, stage: Stager) -> None:
    made = stage(address("en"))
    value = "{ writeText: () => Promise.reject() }" if without == "refuse" else "undefined"
    made.page.evaluate(f"() => Object.defineProperty(navigator, 'clipboard', {{ value: {value} }})")
    sandbox = made.sandbox(LISTING)
    button(sandbox, "share").click()
    field = sandbox.get_by_role("textbox", name="Link")
    expect(field).to_be_focused()
    chosen = field.evaluate("(box) => box.value.slice(box.selectionStart, box.selectionEnd)")
    assert chosen == field.input_value() != ""
    expect(sandbox.get_by_role("group", name="Share")).to_contain_text("Ctrl+C")
    made.page.keyboard.press("Escape")
    expect(button(sandbox, "share")).to_be_focused()


def test_what_no_link_can_hold_is_said(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = made.sandbox(LISTING)
    sandbox.evaluate("(box) => box.change({ code: 'x'.repeat(100_001) })")
    button(sandbox, "share").click()
    expect(sandbox.get_by_role("group", name="Share")).to_contain_text("more than a link can hold")


def test_a_tool_that_does_not_arrive_is_said(stage: Stager) -> None:
    made = stage(address("en"))
    made.page.context.route("**/live/share*.js", lambda route: route.abort())
    sandbox = made.sandbox(LISTING)
    button(sandbox, "share").click()
    expect(sandbox.get_by_role("status").first).to_contain_text("A file did not arrive")
    made.page.context.unroute("**/live/share*.js")
    button(sandbox, "share").click()
    expect(sandbox.get_by_role("group", name="Share")).to_be_visible()
