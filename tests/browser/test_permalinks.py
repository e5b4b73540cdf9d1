"""Addresses without a language, and those that have moved: where they lead, in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from site_build.page import current
from site_build.permalinks.leads import Leads
from site_build.permalinks.places import with_moved
from tests.browser.conftest import Opener
from tests.browser.server import Served
from tests.conftest import SITE_URL, Site

PAGE = "sequential-order/"
BLOCKED = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("blocked", "SecurityError"); } })"""


def switch(page: Page, language: str) -> None:
    page.locator(".md-header .md-select button").hover()
    page.locator(f".md-select__link[hreflang={language}]").click()


@pytest.mark.parametrize(
    ("locale", "home"),
    [("zh-TW", ""), ("en-GB", "en/"), ("fr-FR", "en/")],
)
def test_an_address_without_a_language_leads_to_the_readers(
    locale: str, home: str, base: str, open_page: Opener
) -> None:
    visit = open_page(f"c/{PAGE}?version=0.105.0#why-it-happens", locale=locale)
    visit.page.wait_for_url(f"{base}{home}{PAGE}?version=0.105.0#why-it-happens")
    expect(visit.page.locator("#why-it-happens")).to_be_in_viewport()
    assert visit.wrong == []
    visit.page.context.close()


def test_the_last_choice_of_a_language_goes_before_the_browsers(
    base: str, open_page: Opener
) -> None:
    page = open_page(f"{PAGE}#right", locale="zh-CN").page
    switch(page, "en")
    page.wait_for_url(f"{base}en/{PAGE}#right")
    page.goto(f"{base}c/{PAGE}#right")
    page.wait_for_url(f"{base}en/{PAGE}#right")
    page.goto(f"{base}c/")
    page.wait_for_url(f"{base}en/")
    switch(page, "zh")
    page.wait_for_url(base)
    page.goto(f"{base}c/{PAGE}")
    page.wait_for_url(base + PAGE)
    page.context.close()


def test_blocked_storage_breaks_neither_the_switch_nor_the_address(
    browser: Browser, base: str
) -> None:
    context = browser.new_context(locale="en-US")
    context.add_init_script(BLOCKED)
    page = context.new_page()
    page.goto(f"{base}c/{PAGE}#right")
    page.wait_for_url(f"{base}en/{PAGE}#right")
    switch(page, "zh")
    page.wait_for_url(f"{base}{PAGE}#right")
    context.close()


def test_without_javascript_both_languages_are_there(base: str, open_page: Opener) -> None:
    page = open_page(f"c/{PAGE}", java_script_enabled=False).page
    assert page.locator("a:visible").count() == 2
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"{base}en/{PAGE}")
    page.context.close()


@pytest.fixture(scope="module")
def moved(server: Served, site: Site) -> Iterator[None]:
    """A page that has moved, and one whose headings have: one renamed, one gone elsewhere."""
    titles = {"zh": {f"/{PAGE}": "顺序"}, "en": {f"/{PAGE}": "Order"}}
    leads, gone = Leads(site.folder, SITE_URL, titles), {"one": f"/{PAGE}#right"}
    page = (site.folder / "en" / PAGE / "index.html").read_text("utf-8")
    there = {f"/{PAGE}#old": f"/{PAGE}#right", f"/{PAGE}#gone": "/glossary/#glossary"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current, "language", "en")
        patch.setattr(current, "root", "../")
        before, end, after = page.partition("</article>")
        server.pages[f"en/{PAGE}"] = with_moved(before, f"/{PAGE}", there) + end + after
    server.pages["en/old/"] = leads.html("en/old/", ("en",), f"/{PAGE}", gone)
    server.pages["c/old/"] = leads.html("c/old/", ("zh", "en"), f"/{PAGE}", gone)
    yield
    server.pages.clear()


@pytest.mark.usefixtures("moved")
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("en/old/#why-it-happens", f"en/{PAGE}#why-it-happens"),
        ("en/old/#one", f"en/{PAGE}#right"),
        ("c/old/#one", f"en/{PAGE}#right"),
        (f"en/{PAGE}#gone", "en/glossary/#glossary"),
    ],
    ids=["its heading", "a heading of its own", "without a language", "a heading elsewhere"],
)
def test_what_has_moved_leads_to_its_new_place(
    start: str, end: str, base: str, open_page: Opener
) -> None:
    visit = open_page(start, locale="en-US")
    visit.page.wait_for_url(base + end)
    assert visit.wrong == []
    visit.page.context.close()


@pytest.mark.usefixtures("moved")
def test_a_renamed_heading_is_where_its_old_id_leads(open_page: Opener) -> None:
    page = open_page(f"en/{PAGE}#old").page
    expect(page.locator("#right")).to_be_in_viewport()
    assert page.locator("#right").bounding_box()["y"] > 40, "it is below the header"  # type: ignore[index]
    page.context.close()


@pytest.mark.usefixtures("moved")
def test_without_javascript_what_has_moved_is_led_to_or_told(base: str, open_page: Opener) -> None:
    page = open_page("en/old/", java_script_enabled=False).page
    page.wait_for_url(f"{base}en/{PAGE}")
    expect(page.locator(".moved")).to_be_hidden()
    page.goto(f"{base}en/{PAGE}#gone")
    expect(page.locator(".moved")).to_be_in_viewport()
    page.locator(".moved a").click()
    page.wait_for_url(f"{base}en/glossary/#glossary")
    page.context.close()
