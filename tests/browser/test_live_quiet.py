"""A page asks for nothing of a sandbox before a reader means to run it, and never another host."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, Visit
from tests.browser.server import Served

PAGE = "sequential-order/"
RUN = "live-sandbox [data-action=run]"
SHORT, REST = 149, 1  # milliseconds: not yet meant, and meant
LATER = 3600  # seconds: after everything that a page does by itself when it is opened
SAVE_DATA = """Object.defineProperty(navigator.connection, "saveData", { get: () => true })"""
# Answered after everything that was asked for before it, by the same server.
BARRIER = """async () => { await fetch(document.querySelector("link[rel=icon]").href); }"""


def asked(server: Served) -> list[str]:
    """What was asked for of Python."""
    return [path for path in server.requests if "/assets/live/" in path]


@pytest.fixture
def visit(open_page: Opener, server: Served) -> Visit:
    """A page whose timers stand still, and of which nothing of Python was asked yet."""
    visit = open_page("404.html")
    visit.page.clock.install(time=0)
    visit.page.goto(visit.address.replace("404.html", PAGE), wait_until="load")
    expect(visit.page.locator(RUN).first).to_be_visible()
    visit.page.clock.pause_at(LATER)
    server.requests.clear()
    return visit


def hover(page: Page) -> None:
    page.locator(RUN).first.hover()


def focus(page: Page) -> None:
    page.locator(RUN).first.focus()  # as the Tab key does: the focus is visible


INTENTS = [pytest.param(hover, id="hovered"), pytest.param(focus, id="focused")]


@pytest.mark.parametrize("show", INTENTS)
def test_attention_starts_the_loading_after_a_moment(
    show: Callable[[Page], None], visit: Visit, server: Served
) -> None:
    show(visit.page)
    visit.page.clock.run_for(SHORT)
    visit.page.evaluate(BARRIER)
    assert asked(server) == []
    with visit.page.expect_request("**/assets/live/*"):
        visit.page.clock.run_for(REST)
    visit.page.context.close()


def test_attention_that_goes_on_elsewhere_starts_nothing(visit: Visit, server: Served) -> None:
    hover(visit.page)
    visit.page.clock.run_for(SHORT)
    visit.page.locator("h1").hover()
    visit.page.clock.run_for(10 * SHORT)
    visit.page.evaluate(BARRIER)
    visit.page.context.close()
    assert asked(server) == []


def test_with_data_saver_only_a_press_starts_it(visit: Visit, server: Served) -> None:
    visit.page.add_init_script(SAVE_DATA)
    visit.page.reload()
    for show in (hover, focus):
        show(visit.page)
        visit.page.clock.run_for(10 * SHORT)
    visit.page.evaluate(BARRIER)
    assert asked(server) == []
    with visit.page.expect_request("**/assets/live/*"):
        visit.page.locator(RUN).first.click()
    visit.page.context.close()


def test_a_whole_session_asks_no_other_host(open_page: Opener) -> None:
    visit = open_page(PAGE)
    page = visit.page
    page.set_default_timeout(60_000)
    for _ in range(2):  # a first start, and one from what the first has kept
        for box in page.locator("live-sandbox[data-story]").all():
            box.locator("[data-action=run]").click()
            expect(box).to_have_attribute("data-state", "done", timeout=60_000)
        page.reload()
    page.context.close()
    assert visit.wrong == []


def test_without_javascript_there_is_no_button(open_page: Opener) -> None:
    page = open_page(PAGE, java_script_enabled=False).page
    assert page.locator("live-sandbox[data-story]").count() > 0
    assert page.locator("[data-action=run]").count() == 0
    for box in page.locator("live-sandbox").all():
        expect(box.locator("pre").first).to_be_visible()
        expect(box.locator("svg.tl")).to_be_visible()
    page.context.close()
