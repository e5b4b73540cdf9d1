"""The reader's FastAPI: chosen, marked, remembered, in the address, announced."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener

PAGE = "en/db-session-lifetime/"


def choose(page: Page, version: str) -> None:
    page.get_by_label("Your FastAPI version").select_option(version)


def marked(page: Page) -> list[str]:
    """The column that is marked in the first table of releases."""
    heads = page.locator("table.releases").first.locator("thead th.yours")
    return [head.evaluate("head => head.dataset.from") for head in heads.all()]


def test_a_chosen_version_is_marked_with_what_differs_from_the_newest(open_page: Opener) -> None:
    visit = open_page(PAGE)
    page = visit.page
    status = page.get_by_role("status").and_(page.locator(".your-version-status"))
    expect(status).to_be_empty()
    choose(page, "0.106.0")
    assert marked(page) == ["0.106.0"]
    expect(page.locator("table.releases th.yours .yours-mark")).to_have_text("yours")
    different = page.locator("table.releases .differs-mark")
    assert different.count() > 3
    expect(different.first).to_have_text("not so in 0.165.0")
    expect(status).to_contain_text(f"{different.count()} answers on this page differ from 0.165.0")
    choose(page, "0.165.0")
    assert marked(page) == ["0.118.0"]
    expect(different).to_have_count(0)
    expect(status).to_contain_text("Nothing on this page differs")
    assert visit.wrong == []
    page.context.close()


def test_a_passage_that_is_not_true_of_the_version_is_folded(open_page: Opener) -> None:
    page = open_page(PAGE).page
    passage = page.locator('[data-versions=">=0.106 <0.118"]')
    text = passage.locator("p:not(.holds)").first
    for version, holds in (("0.105.0", False), ("0.117.1", True), ("0.118.0", False), ("", True)):
        choose(page, version)
        expect(text).to_be_visible(visible=holds)
        expect(passage.locator(".holds")).to_be_visible()
        expect(passage.locator(".differs-mark")).to_have_count(0 if holds else 1)
    page.context.close()


@pytest.mark.parametrize(
    ("version", "column", "said"),
    [
        ("0.117.1", "0.106.0", "FastAPI 0.117.1: its column is marked."),
        ("0.110.3", "0.106.0", "0.110.3 was not measured;"),
        ("0.118", "0.118.0", "its column is marked."),
        ("0.999.0", "0.118.0", "is newer than all that were measured; 0.165.0 is marked."),
    ],
)
def test_any_version_of_the_address_is_shown_by_the_nearest_below(
    version: str, column: str, said: str, open_page: Opener
) -> None:
    page = open_page(f"{PAGE}?fastapi={version}").page
    assert marked(page) == [column]
    expect(page.locator(".your-version-status")).to_contain_text(said)
    full = version if version.count(".") == 2 else f"{version}.0"
    expect(page.get_by_label("Your FastAPI version")).to_have_value(full)
    page.context.close()


@pytest.mark.parametrize("version", ["0.1.0", "", "new", "0.118.0<b>", "1"])
def test_a_version_without_an_answer_marks_nothing(version: str, open_page: Opener) -> None:
    visit = open_page(f"{PAGE}?fastapi={version}")
    expect(visit.page.get_by_label("Your FastAPI version")).to_be_visible()
    assert marked(visit.page) == []
    assert visit.wrong == []
    visit.page.context.close()


def test_it_is_in_the_address_and_remembered_on_other_pages(base: str, open_page: Opener) -> None:
    page = open_page(PAGE).page
    page.goto(f"{base}{PAGE}#versions")
    choose(page, "0.105.0")
    assert page.url == f"{base}{PAGE}?fastapi=0.105.0#versions"
    page.goto(f"{base}en/versions/")
    expect(page.get_by_label("Your FastAPI version")).to_have_value("0.105.0")
    choose(page, "")
    assert page.url == f"{base}en/versions/"
    page.goto(base + PAGE)
    expect(page.get_by_label("Your FastAPI version")).to_have_value("")
    page.context.close()


def test_it_survives_a_change_of_the_language(base: str, open_page: Opener) -> None:
    page = open_page(f"{PAGE}?fastapi=0.117.1#right").page
    page.locator(".md-header .md-select button").hover()
    page.locator(".md-select__link[hreflang=zh]").click()
    page.wait_for_url(f"{base}db-session-lifetime/?fastapi=0.117.1#right")
    expect(page.get_by_label("你的 FastAPI 版本")).to_have_value("0.117.1")
    page.context.close()


def test_it_is_chosen_by_the_keyboard(open_page: Opener) -> None:
    page = open_page(PAGE).page
    page.get_by_label("Your FastAPI version").focus()
    page.keyboard.press("ArrowDown")
    assert marked(page) == ["0.118.0"]
    expect(page.get_by_label("Your FastAPI version")).to_be_focused()
    page.context.close()


def test_it_works_where_storage_is_blocked(open_page: Opener) -> None:
    visit = open_page("", service_workers="block")
    page = visit.page
    page.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })"
    )
    page.goto(visit.address + PAGE)
    choose(page, "0.106.0")
    assert marked(page) == ["0.106.0"]
    page.context.close()


def test_without_javascript_the_whole_table_and_every_passage_are_there(open_page: Opener) -> None:
    page = open_page(PAGE, java_script_enabled=False).page
    expect(page.locator("table.releases").first.locator("thead th")).to_have_count(5)
    expect(page.locator(".your-version")).to_contain_text("releases were measured")
    for passage in page.locator("[data-versions]").all():
        expect(passage).to_be_visible()
    page.context.close()
