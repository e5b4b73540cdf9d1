"""A reader with a keyboard finds out why `wrong` is wrong, and makes it right: the real Python."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from site_build.snippets import snippet
from tests.browser.engines import LONGEST
from tests.browser.test_sandbox import LANGUAGES, LISTING, address

TABS = 200  # until something is reached; nothing on a page is so far away
TOLD = {
    "zh": {"no": "✗ 没做到", "yes": "✓ 做到了", "same": "与录制的一致", "yours": "你改过的版本"},
    "en": {
        "no": "✗ It does not hold",
        "yes": "✓ It holds",
        "same": "Same",
        "yours": "Your version",
    },
}
RECORDED = """(id) =>
  JSON.stringify(document.querySelector(`live-sandbox[data-snippet="${id}"]`).recording)"""
IN_FOCUS = "(selector) => document.activeElement.matches(selector)"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(LONGEST)
    yield context.new_page()
    context.close()


def walk(page: Page) -> Callable[..., None]:
    """Press Tab until what a selector names has the focus, and then some keys."""

    def to(selector: str, *keys: str, back: bool = False) -> None:
        for _ in range(TABS):
            if page.evaluate(IN_FOCUS, selector):
                break
            page.keyboard.press("Shift+Tab" if back else "Tab")
        else:
            raise AssertionError(f"{selector} is out of the keyboard's reach")
        for key in keys:
            page.keyboard.press(key)

    return to


@LANGUAGES
def test_a_reader_finds_out_why_it_is_wrong_and_mends_it(
    language: str, page: Page, base: str
) -> None:
    told, to = TOLD[language], walk(page)
    page.goto(base + address(language))
    box = page.locator(f'live-sandbox[data-snippet="{LISTING}"]')
    status, promise = box.locator("[data-part=status]"), box.locator(".promise").first

    to(".guess input", "Space")
    to(".guess button", "Enter")
    expect(status).to_contain_text(told["same"], timeout=LONGEST)  # Python starts
    expect(page.locator(".guess [role=status]")).to_contain_text("≠")
    expect(promise).to_contain_text(told["no"])

    to(f'[data-snippet="{LISTING}"] [data-action=next]', *["Enter"] * 5)
    expect(box.locator("[data-part=step]")).to_contain_text("send_email")

    to(f'[data-snippet="{LISTING}"] [data-action=compare]', "Enter", back=True)
    panel = box.locator(".compare-panel")
    expect(panel.locator("svg")).to_have_count(2)
    expect(panel.locator("ins", has_text="asyncio.gather")).to_have_count(1)

    to(f'[data-snippet="{LISTING}"] [data-action=edit]', "Enter", back=True)
    expect(box.locator(".cm-content")).to_be_focused()
    page.evaluate(
        "(text) => navigator.clipboard.writeText(text)", snippet("sequential_order/right").code
    )
    for key in ("ControlOrMeta+a", "ControlOrMeta+v", "ControlOrMeta+Enter"):
        page.keyboard.press(key)
    expect(status).to_contain_text(told["yours"])
    expect(promise).to_contain_text(told["yes"])
    assert "send_all" in page.evaluate(RECORDED, LISTING)
