"""The questions of the page `choose`: shown, answered by the keyboard, and linked to."""

import pytest
from playwright.sync_api import Page, expect

from site_build.choice import choice
from tests.browser.conftest import Opener

CRON = {"due": "schedule", "loss": "may", "retry": "no", "server": "uvicorn"}


def address(given: dict[str, str], page: str = "en/choose/") -> str:
    return f"{page}?{'&'.join(f'{question}={option}' for question, option in given.items())}"


def choose(page: Page, given: dict[str, str]) -> None:
    for question, option in given.items():
        page.locator(f'.choose input[name="{question}"][value="{option}"]').check()


def test_the_answer_is_told_as_soon_as_it_is_settled(open_page: Opener) -> None:
    visit = open_page("en/choose/")
    page = visit.page
    status = page.locator(".choose").get_by_role("status")
    expect(page.locator(".choose")).to_be_visible()
    expect(status).to_be_empty()
    expect(page.locator(".choose-link")).to_be_hidden()
    choose(page, {"due": "schedule"})
    expect(status).to_contain_text("4 left: Procrastinate or arq, Celery beat, cron or a CronJob")
    expect(page.locator(".choose-answer")).to_be_empty()
    choose(page, CRON)
    expect(status).to_have_text("Use: cron or a CronJob")
    answer = page.locator(".choose-answer")
    expect(answer.locator("[data-reason]")).to_have_count(2)
    expect(answer.locator("[data-reason] a.told").first).to_have_attribute(
        "href", "../scheduling-per-worker/"
    )
    expect(page.locator(".choose-table tr[aria-current]")).to_have_count(1)
    expect(page.locator('fieldset[data-question="work"] .choose-moot')).to_be_visible()
    expect(page.locator('fieldset[data-question="loss"] .choose-moot')).to_be_hidden()
    assert visit.wrong == []
    page.context.close()


def test_an_answer_has_an_address_that_leads_back_to_it(base: str, open_page: Opener) -> None:
    page = open_page("en/choose/").page
    choose(page, CRON)
    assert page.url == base + address(CRON)
    link = page.locator(".choose-link")
    assert link.evaluate("link => link.href") == page.url
    page.goto(link.evaluate("link => link.href"))
    expect(page.locator(".choose-status")).to_have_text("Use: cron or a CronJob")
    for question, option in CRON.items():
        expect(page.locator(f'input[name="{question}"][value="{option}"]')).to_be_checked()
    page.locator(".choose [type=reset]").click()
    expect(page.locator(".choose-status")).to_be_empty()
    assert page.url == f"{base}en/choose/"
    expect(page.locator(".choose input").first).to_be_focused()
    page.context.close()


def test_it_survives_a_change_of_the_language(base: str, open_page: Opener) -> None:
    page = open_page(f"{address(CRON)}#table").page
    page.locator(".md-header .md-select button").hover()
    page.locator(".md-select__link[hreflang=zh]").click()
    page.wait_for_url(f"{base}{address(CRON, 'choose/')}#table")
    expect(page.locator(".choose-status")).to_have_text("用它：cron 或 CronJob")
    page.context.close()


def test_a_setting_is_shown_for_work_like_this_alone(open_page: Opener) -> None:
    given = {"due": "request", "loss": "may", "retry": "no", "length": "short", "work": "awaits"}
    page = open_page(address(given | {"server": "granian"})).page
    settings = page.locator(".choose-answer .choice-settings li")
    expect(settings.filter(has_text="granian")).to_have_count(1)
    expect(settings.filter(has_text="gunicorn")).to_have_count(0)
    page.context.close()


def test_it_is_answered_by_the_keyboard(open_page: Opener) -> None:
    page = open_page("en/choose/").page
    page.locator('input[name="due"]').first.focus()
    page.keyboard.press("Space")
    expect(page.locator('input[name="due"][value="request"]')).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(page.locator('input[name="due"][value="schedule"]')).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.locator('input[name="loss"]').first).to_be_focused()
    expect(page.get_by_role("group", name="What starts the work?")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("query", ["?due=never", "?loss=<b>", "?__proto__=x", "?due"])
def test_an_address_with_nothing_that_is_known_chooses_nothing(
    query: str, open_page: Opener
) -> None:
    visit = open_page(f"en/choose/{query}")
    expect(visit.page.locator(".choose-status")).to_be_empty()
    expect(visit.page.locator(".choose input:checked")).to_have_count(0)
    assert visit.wrong == []
    visit.page.context.close()


def test_without_javascript_there_is_the_table_and_no_form(open_page: Opener) -> None:
    page = open_page("choose/", java_script_enabled=False).page
    expect(page.locator(".choose")).to_be_hidden()
    expect(page.locator(".choose-table tbody tr")).to_have_count(len(choice().rules))
    expect(page.locator(".choice")).to_have_count(len(choice().declared["answers"]))
    page.context.close()


def test_it_fits_a_narrow_screen(open_page: Opener) -> None:
    page = open_page(address(CRON), viewport={"width": 375, "height": 700}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.context.close()
