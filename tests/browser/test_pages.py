"""Every page in Chromium: quiet, narrow, dark, without JavaScript, on paper."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import ADDRESSES, Opener, Visit, title

NARROW: ViewportSize = {"width": 375, "height": 800}
WIDE: ViewportSize = {"width": 1280, "height": 800}
every_page = pytest.mark.parametrize("address", ADDRESSES, ids=title)

# What reaches past the right edge, unless a box of its own holds and scrolls it.
SIDEWAYS = """() => {
  const wide = document.scrollingElement.clientWidth;
  const boxed = (e) =>
    e.closest(".timeline, pre, .table-box, .md-typeset__scrollwrap, nav");
  return [document.scrollingElement.scrollWidth > wide ? "the document" : "",
    ...[...document.querySelectorAll("article *")]
      .filter((e) => !boxed(e) && e.getBoundingClientRect().right > wide + 1)
      .map((e) => `${e.tagName}.${e.getAttribute("class")}: ${e.textContent.slice(0, 40)}`),
  ].filter(Boolean).slice(0, 5);
}"""
# The texts of drawings that are too faint on what lies behind them, as WCAG computes contrast.
FAINT = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = {};
  const read = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const rgba = (colour) => (known[colour] ??= read(colour));
  const light = (colour) => {
    const part = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = rgba(colour).map(part);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (e) => {
    const colour = getComputedStyle(e).backgroundColor;
    return rgba(colour)[3] < 255 && e.parentElement ? behind(e.parentElement) : light(colour);
  };
  return [...document.querySelectorAll(".tl text, .tl tspan")].filter((text) => {
    const [low, high] = [light(getComputedStyle(text).fill), behind(text.closest("svg"))].sort(
      (a, b) => a - b);
    return (high + 0.05) / (low + 0.05) < 4.5;
  }).map((text) => `${text.getAttribute("class")}: ${text.textContent}`);
}"""


# The listings that have no button with a name to copy them; the theme makes them as they come.
NOT_COPIED = """() => [...document.querySelectorAll("article .highlight")].filter((listing) => {
  const button = listing.querySelector("button.md-code__button, .md-clipboard");
  return !(button?.getAttribute("aria-label") || button?.title);
}).map((listing) => listing.textContent.slice(0, 40))"""
# What a reader should see of listings and drawings, and does not.
HIDDEN = """() => [...document.querySelectorAll("article svg.tl, article .highlight")]
  .filter((e) => e.matches("svg") || !e.closest("details"))
  .filter((e) => !e.checkVisibility({ visibilityProperty: true }) || !e.getClientRects().length)
  .map((e) => e.textContent.slice(0, 40))"""


def drawings(page: Page) -> int:
    return page.locator("article svg.tl").count()


def press_everything(page: Page) -> None:
    """What a reader can do on any page."""
    for _ in range(2):
        page.locator("[data-md-component=palette] label:visible").click()
    for button in page.locator("article .md-code__button:visible").all()[:2]:
        button.click()
        expect(page.locator(".md-dialog--active")).to_be_attached()
    for pressed in page.locator("article .md-annotation__index:visible").all()[:1]:
        pressed.click()  # its note covers the next one
    for pressed in page.locator(".tabbed-labels label:visible").all()[:2]:
        pressed.click()
    for summary in page.locator("article details > summary").all()[:1]:
        summary.click()
    page.locator(".md-header .md-select button").hover()


def test_every_listing_has_a_copy_button_with_a_name(visit: Visit) -> None:
    visit.page.wait_for_function(f"() => !({NOT_COPIED})().length")


def test_drawings_are_legible_in_the_light_and_in_the_dark_scheme(visit: Visit) -> None:
    page = visit.page
    for scheme in ("default", "slate"):
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
        assert page.evaluate(FAINT) == []
        page.locator("[data-md-component=palette] label:visible").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")


def test_a_printed_page_shows_its_drawings_and_listings(visit: Visit) -> None:
    visit.page.emulate_media(media="print")
    assert visit.page.evaluate(HIDDEN) == []
    expect(visit.page.locator(".md-header")).to_be_hidden()
    visit.page.emulate_media(media="screen")


def test_nothing_scrolls_sideways_but_boxes_of_their_own(visit: Visit) -> None:
    visit.page.set_viewport_size(NARROW)
    sideways = visit.page.evaluate(SIDEWAYS)
    visit.page.set_viewport_size(WIDE)
    assert sideways == []


def test_a_drawing_that_scrolls_can_be_reached_with_the_keyboard(visit: Visit) -> None:
    visit.page.set_viewport_size(NARROW)
    scrolling = 0
    for box in visit.page.locator("article .timeline").all():
        if box.evaluate("box => box.scrollWidth > box.clientWidth"):
            scrolling += 1
            box.focus()
            expect(box).to_be_focused()
            assert box.get_attribute("aria-label")
    visit.page.set_viewport_size(WIDE)
    assert scrolling == drawings(visit.page)


# The last one of those that share a visit: it covers what the others did to the page, too.
def test_a_page_causes_no_error_needs_nothing_its_policy_refuses_and_asks_no_other_host(
    visit: Visit,
) -> None:
    press_everything(visit.page)
    assert visit.wrong == []


@every_page
def test_without_javascript_listing_drawing_and_transcript_are_there(
    address: str, open_page: Opener
) -> None:
    page = open_page(address, java_script_enabled=False).page
    assert page.evaluate(HIDDEN) == []  # the driver's own scripts run all the same
    assert page.locator("article details.transcript li").count() >= drawings(page)
    for summary in page.locator("article details.transcript > summary").all()[:1]:
        summary.click()
        expect(page.locator("article details.transcript li").first).to_be_visible()
    page.context.close()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("sequential-order/#why-it-happens", "en/sequential-order/#why-it-happens"),
        ("en/sequential-order/#why-it-happens", "sequential-order/#why-it-happens"),
        ("", "en/"),
    ],
    ids=["zh to en", "en to zh", "home"],
)
def test_the_language_switch_keeps_page_and_heading(
    start: str, end: str, base: str, open_page: Opener
) -> None:
    page = open_page(start).page
    page.locator(".md-header .md-select button").hover()
    page.locator(f".md-select__link[hreflang={'en' if end.startswith('en') else 'zh'}]").click()
    page.wait_for_url(base + end)
    assert page.url == base + end
    page.context.close()


@pytest.fixture(scope="module")
def homes(open_page: Opener) -> dict[str, Page]:
    """Both home pages, for one search after the other."""
    return {start: open_page(start).page for start in ("", "en/")}


@pytest.mark.parametrize(
    ("start", "words", "target"),
    [
        ("", "MissingGreenlet", "db-session-lifetime/"),
        ("", "顺序", "sequential-order/"),
        ("", "gather", "sequential-order/"),
        ("", "轮询", "response-immutable/"),
        ("en/", "MissingGreenlet", "en/db-session-lifetime/"),
        ("en/", "gather", "en/sequential-order/"),
        ("en/", "restaurant", "en/mental-model/"),
    ],
)
def test_the_search_finds(
    start: str, words: str, target: str, base: str, homes: dict[str, Page]
) -> None:
    page = homes[start]
    page.locator(".md-search__input").fill(words)
    page.locator(".md-search__input").press("End")  # the theme searches when a key is let go
    found = page.locator(f".md-search-result__link[href^='{base}{target}']")
    expect(found.first).to_be_attached()


def test_the_404_page_of_a_deep_address_leads_home(base: str, open_page: Opener) -> None:
    visit = open_page("no/such/page/")
    expect(visit.page.locator("h1")).to_contain_text("Page not found")
    missing = [line for line in visit.wrong if "no/such/page" not in line and "404" in line]
    assert [line for line in missing if not re.match("error: Failed to load", line)] == []
    visit.page.get_by_role("link", name="English home page").click()
    visit.page.wait_for_url(f"{base}en/")
    visit.page.context.close()
