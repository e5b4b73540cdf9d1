"""Under its Content-Security-Policy a page does all it should, and an injected script nothing."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, title
from tests.browser.engines import PlaywrightTab
from tests.browser.test_pages import press_everything

# Puts HTML into the page, and tells what came of it: what the policy refused, or "ran".
INJECT = """([html, act]) => new Promise((resolve) => {
  addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
  window.ran = () => resolve("ran");
  const box = document.querySelector("article").appendChild(document.createElement("div"));
  if (act === "script") {
    const script = document.createElement("script");
    box.append(Object.assign(script, html.startsWith("data:") ? { src: html } : { text: html }));
  } else box.innerHTML = html;
  if (act === "click") box.firstChild.click();
})"""
# In a task of its own: what the test's driver itself evaluates may use eval.
EVAL = """() => new Promise((resolve) => setTimeout(() => {
  try { resolve(Function("return 'ran'")()); } catch (error) { resolve(error.name); }
}))"""
INJECTED = {
    "an inline script": ("ran()", "script", "script-src-elem"),
    "a script from elsewhere": ("data:text/javascript,ran()", "script", "script-src-elem"),
    "an event's attribute": ("<img src='x:' onerror='ran()'>", "", "script-src-attr"),
    "an address": ("<a href='javascript:ran()'>x</a>", "click", "script-src-elem"),
}


def _search(page: Page) -> None:
    page.locator(".md-search__input").fill("gather")
    page.locator(".md-search__input").press("End")
    expect(page.locator(".md-search-result__link").first).to_be_attached()


# All pages are pressed and watched in test_pages; what searches is the same file on each.
@pytest.mark.parametrize(
    "address", ["", "en/", "symptoms/", "en/sequential-order/", "no/such/page/"], ids=title
)
def test_a_page_does_nothing_that_its_policy_refuses(address: str, open_page: Opener) -> None:
    visit = open_page(address, permissions=["clipboard-write"])
    press_everything(visit.page)
    _search(visit.page)
    visit.page.context.close()
    assert [line for line in visit.wrong if "404" not in line] == []


@pytest.fixture(scope="module")
def home(open_page: Opener) -> Page:
    """A page to inject into."""
    return open_page("").page


@pytest.mark.parametrize(("html", "act", "refused"), INJECTED.values(), ids=INJECTED)
def test_an_injected_script_does_not_run(html: str, act: str, refused: str, home: Page) -> None:
    assert PlaywrightTab(home).evaluate(INJECT, [html, act]) == refused


def test_a_frame_without_an_address_has_the_same_policy(home: Page) -> None:
    frame = "<iframe srcdoc='<script>parent.ran()</script>'></iframe>"
    with home.expect_console_message(lambda said: said.text.startswith("policy: ")) as told:
        home.evaluate(f'document.body.insertAdjacentHTML("beforeend", `{frame}`)')
    assert "script-src-elem inline about:" in told.value.text


def test_text_is_never_run_as_code(home: Page) -> None:
    assert PlaywrightTab(home).evaluate(EVAL) == "EvalError"
