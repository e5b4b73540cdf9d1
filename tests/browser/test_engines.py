"""Every page in Firefox and in WebKit: quiet, drawn, searchable."""

import pytest

from tests.browser import engines
from tests.browser.conftest import ADDRESSES, ENGINES, title
from tests.browser.engines import Tab, program
from tests.browser.server import Served

# The drawings without an extent, or without a bar that has one.
UNDRAWN = """() => [...document.querySelectorAll("article svg.tl")].filter((drawing) =>
  ![drawing, drawing.querySelector("rect")].every(
    (shape) => shape.getBoundingClientRect().width > 0 && shape.getBoundingClientRect().height > 0)
).map((drawing) => drawing.querySelector("title").textContent)"""
SEARCH = """(words) => {
  const field = document.querySelector(".md-search__input");
  field.focus();
  field.value = words;
  field.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
}"""
# Chromium is looked at by test_pages.py.
others = pytest.mark.parametrize("tab", ENGINES[1:], indirect=True)


def test_a_browser_that_is_missing_says_how_to_get_it() -> None:
    with pytest.raises(FileNotFoundError, match=r"needs no-such-browser .*apt-get install it"):
        program("NO_SUCH_VARIABLE", ("no-such-browser",), "apt-get install it")


@others
@pytest.mark.parametrize("address", ADDRESSES, ids=title)
def test_a_page_opens_without_an_error_and_draws(address: str, tab: Tab, watched: Served) -> None:
    tab.open(watched.address + address)
    tab.wait(".md-search__form")
    assert tab.evaluate(UNDRAWN) == []
    assert tab.wrong() == []


@others
@pytest.mark.parametrize(("start", "words"), [("", "顺序"), ("en/", "restaurant")])
def test_the_search_answers(start: str, words: str, tab: Tab, watched: Served) -> None:
    tab.open(watched.address + start)
    tab.evaluate(SEARCH, words)
    tab.wait(f".md-search-result__link[href^='{watched.address}{start}']")
    assert tab.wrong() == []


@others
def test_the_palette_switches(tab: Tab, watched: Served) -> None:
    tab.open(watched.address)
    before = tab.evaluate("() => document.body.dataset.mdColorScheme")
    tab.press("[data-md-component=palette] label:not([hidden])")
    tab.wait(f"body:not([data-md-color-scheme={before}])")
    assert len(tab.screenshot()) > engines.SMALLEST
