"""The search in the page: when it is loaded, how it is opened, what it shows, where it leads."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Opener
from tests.browser.engines import Tab
from tests.browser.server import Served

FIELD = ".md-search__input"
LINK = ".md-search-result__link"
LOADED = """() => performance.getEntriesByType("resource").map(({ name }) => name)
  .filter((name) => /search/.test(name) && !name.endsWith("/assets/search.js"))"""
TYPE = """(words) => {
  const field = document.querySelector(".md-search__input");
  field.focus();
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture
def page(open_page: Opener) -> Iterator[Page]:
    """The English home page, in a context of its own."""
    visit = open_page("en/")
    yield visit.page
    assert visit.wrong == []
    visit.page.context.close()


def ask(page: Page, words: str, target: str) -> None:
    """Type, and wait until the first result leads to a page."""
    page.locator(FIELD).fill(words)
    first = page.locator(".md-search-result__item").first.locator(LINK).first
    expect(first).to_have_attribute("href", re.compile(rf"/{target}/"))


def test_nothing_of_it_is_loaded_before_a_reader_comes_to_the_field(page: Page) -> None:
    assert page.evaluate(LOADED) == []
    page.locator(FIELD).focus()
    page.wait_for_function(f"() => ({LOADED})().length === 3")
    names = sorted(re.sub(r".*/|\.\w{16}", "", name) for name in page.evaluate(LOADED))
    assert names == ["en.json", "style.css", "worker.js"]


@pytest.mark.parametrize("keys", ["/", "Control+k"])
def test_a_key_opens_it(keys: str, page: Page) -> None:
    page.keyboard.press(keys)
    expect(page.locator(FIELD)).to_be_focused()
    expect(page.locator("#__search")).to_be_checked()
    expect(page.locator(FIELD)).to_have_value("")


def test_the_question_is_in_the_address_while_it_is_asked(page: Page) -> None:
    ask(page, "gather & co", "sequential-order")
    expect(page).to_have_url(re.compile(r"/en/\?q=gather\+%26\+co$"))
    page.locator(FIELD).press("Escape")
    expect(page).to_have_url(re.compile(r"/en/$"))


def test_an_address_with_a_question_shows_its_results(base: str, page: Page) -> None:
    page.goto(f"{base}en/memory/?q=restaurant")
    expect(page.locator(LINK).first).to_have_attribute("href", re.compile("/en/mental-model/"))


def test_the_way_back_from_a_result_leads_to_the_results(page: Page) -> None:
    ask(page, "restaurant", "mental-model")
    page.locator(LINK).first.click()
    expect(page).to_have_url(re.compile("/en/mental-model/"))
    page.go_back()
    expect(page.locator(FIELD)).to_have_value("restaurant")
    expect(page.locator(LINK).first).to_be_visible()


def test_a_result_names_the_kind_of_page_and_shows_what_was_asked(page: Page) -> None:
    ask(page, "I/O operation on closed file", "uploadfile-closed")
    first = page.locator(".md-search-result__item").first
    expect(first.locator(".search-kind").first).to_have_text("Pitfall")
    expect(first.locator("mark").first).to_be_visible()
    ask(page, "own session", "own-session")
    expect(page.locator(".search-kind").first).to_have_text("Pattern")


def test_where_a_result_leads_the_words_are_marked_and_not_in_the_address(page: Page) -> None:
    ask(page, "QueuePool limit", "db-session-lifetime")
    page.locator(LINK).first.click()
    page.wait_for_function("() => CSS.highlights.get('found')?.size > 0")
    expect(page).to_have_url(re.compile(r"/en/db-session-lifetime/(#[\w-]+)?$"))


def test_what_is_asked_is_shown_as_text(page: Page) -> None:
    ask(page, "memory <img src=x onerror=a(1)>", "memory")
    assert page.locator(".md-search-result img").count() == 0


def test_an_index_that_does_not_arrive_is_told_and_asked_for_again(open_page: Opener) -> None:
    visit = open_page("en/")
    page, refused = visit.page, []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.abort()

    page.route("**/search/en.*.json", refuse, times=1)
    page.locator(FIELD).focus()
    expect(page.locator(".md-search-result__meta")).to_contain_text("did not arrive")
    page.locator(FIELD).blur()
    ask(page, "restaurant", "mental-model")
    assert len(refused) == 1
    page.context.close()


def test_enter_leads_to_the_first_page(page: Page) -> None:
    ask(page, "outbox", "transactional-outbox")
    page.locator(FIELD).press("Enter")
    expect(page).to_have_url(re.compile("/en/transactional-outbox/"))


@pytest.mark.parametrize(
    ("start", "words", "target"),
    [
        ("", "後台任務 依序執行", "sequential-order/"),
        ("", "celery 重试", "hand-off-to-celery/"),
        ("en/", "concurently", "en/sequential-order/"),
    ],
)
def test_every_engine_answers(
    start: str, words: str, target: str, tab: Tab, watched: Served
) -> None:
    tab.open(watched.address + start)
    tab.evaluate(TYPE, words)
    tab.wait(f".md-search-result__item:first-child a[href^='{watched.address}{target}']")
    assert tab.wrong() == []
