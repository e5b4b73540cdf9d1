"""The ¶ of a heading, a listing, a table, a timeline: what it copies, by keyboard, without luck."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from site_build.snippets import ROOT
from tests.browser.conftest import Opener
from tests.browser.test_accessibility import RUN
from tests.browser.test_permalinks import switch

AXE = ROOT / "node_modules/axe-core/axe.min.js"
LISTING = "sequential_order/wrong"
ID = "sequential_order-wrong"
HOME = {"zh": "", "en": "en/"}
WORDS = {
    "zh": {
        "link": "链接",
        "embed": "嵌入",
        "mine": "只用中文",
        "by": "按 Ctrl+C",
        "copied": "已复制",
    },
    "en": {
        "link": "Link",
        "embed": "Embed",
        "mine": "English only",
        "by": "Press Ctrl+C",
        "copied": "Copied",
    },
}
LANGUAGES = pytest.mark.parametrize("language", WORDS)


@pytest.fixture(scope="module")
def pages(open_page: Opener) -> Iterator[dict[str, Page]]:
    """The page in both languages; what is opened is closed by the next one that is."""
    granted = ["clipboard-read", "clipboard-write"]
    visits = {x: open_page(f"{HOME[x]}sequential-order/", permissions=granted) for x in HOME}
    yield {language: visit.page for language, visit in visits.items()}
    for visit in visits.values():
        assert visit.wrong == []
        visit.page.context.close()


def opened(page: Page, name: str) -> Locator:
    """The panel of the ¶ that leads to an id."""
    link = page.locator(f'.headerlink[href="#{name}"]').first
    if link.get_attribute("aria-expanded") != "true":
        link.focus()
        page.keyboard.press("Enter")
    expect(link).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".cite")).to_have_count(1)
    return page.locator(".cite")


def texts(panel: Locator, words: dict[str, str]) -> dict[str, str]:
    """What each button copies; the last one closes."""
    found = {}
    for button in panel.get_by_role("button").all()[:-1]:
        button.click()
        found[button.inner_text()] = panel.get_by_role("textbox").input_value()
        expect(panel.get_by_role("status")).to_contain_text(words["copied"])
    return found


@LANGUAGES
def test_a_heading_is_linked_to_in_four_ways(
    language: str, pages: dict[str, Page], base: str
) -> None:
    page, words = pages[language], WORDS[language]
    panel = opened(page, "why-it-happens")
    url = f"{base}c/sequential-order/#why-it-happens"
    title = page.locator("h1 .headerlink").get_attribute("data-name")
    name = f"{page.locator('#why-it-happens > .headerlink').get_attribute('data-name')} · {title}"
    assert "¶" not in name
    assert texts(panel, words) == {
        words["link"]: url,
        "Markdown": f"[{name}]({url})",
        "Confluence": f"[{name}|{url}]",
        "HTML": f'<a href="{url}">{name}</a>',
    }
    panel.get_by_label(words["mine"]).check()
    panel.get_by_role("button", name=words["link"]).click()
    expect(panel.get_by_role("status")).to_contain_text(words["copied"])
    mine = f"{base}{HOME[language]}sequential-order/#why-it-happens"
    assert page.evaluate("() => navigator.clipboard.readText()") == mine


@LANGUAGES
def test_a_listing_and_a_timeline_can_be_framed_and_a_timeline_is_a_picture(
    language: str, pages: dict[str, Page], base: str
) -> None:
    page, words = pages[language], WORDS[language]
    listing = texts(opened(page, ID), words)
    frame = f'<iframe src="{base}{HOME[language]}embed/{LISTING}/" title="'
    assert listing[words["embed"]].startswith(frame)
    assert listing["HTML"].startswith(f'<a href="{base}c/sequential-order/#{ID}">')
    drawn = texts(opened(page, f"{ID}-timeline"), words)
    picture, url = (
        f"{base}timelines/{LISTING}.{language}",
        f"{base}c/sequential-order/#{ID}-timeline",
    )
    assert drawn["Markdown"].endswith(f"]({picture}.png)]({url})")
    assert drawn["Confluence"] == f"[!{picture}.png!|{url}]"
    assert f'<img src="{picture}.png" alt="' in drawn["HTML"]
    assert drawn[words["embed"]].startswith(frame)
    table = texts(opened(page, "in-short-table"), words)
    assert words["embed"] not in table
    assert table[words["link"]] == f"{base}c/sequential-order/#in-short-table"


def test_what_a_chinese_reader_copies_by_keyboard_opens_there_for_everyone(
    pages: dict[str, Page], base: str, open_page: Opener
) -> None:
    page = pages["zh"]
    link = page.locator("#check-your-code > .headerlink")
    link.focus()
    page.keyboard.press("Space")
    expect(link).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".cite [role=status]")).to_contain_text("已复制")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.isascii()
    for locale, home in (("zh-CN", ""), ("en-US", "en/")):
        other = open_page(copied.removeprefix(base), locale=locale).page
        other.wait_for_url(f"{base}{home}sequential-order/#check-your-code")
        expect(other.locator("#check-your-code")).to_be_in_viewport()
        switch(other, "en" if home == "" else "zh")
        other.wait_for_url(f"{base}{'' if home else 'en/'}sequential-order/#check-your-code")
        other.context.close()


def test_a_line_of_a_listing_has_an_address(pages: dict[str, Page], base: str) -> None:
    page = pages["en"]
    panel = opened(page, ID)
    panel.get_by_label("Line").fill("9")
    url = panel.get_by_role("textbox").input_value()
    assert url == f"{base}c/sequential-order/#{ID}-9"
    page.goto(f"{base}en/sequential-order/#{ID}-9")
    line = page.locator(f"#{ID}-9")
    expect(line).to_be_in_viewport()
    expect(line).to_have_text("    await asyncio.sleep(5)\n")
    assert line.evaluate("(line) => getComputedStyle(line).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_a_second_press_or_escape_closes_and_the_focus_is_back(pages: dict[str, Page]) -> None:
    page = pages["en"]
    link = page.locator("#right > .headerlink")
    opened(page, "right")
    expect(link).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    expect(link).to_have_attribute("aria-expanded", "false")
    opened(page, "right")
    link.click()
    expect(page.locator(".cite")).to_have_count(0)
    opened(page, "wrong")
    opened(page, "right")
    expect(page.locator("#right + .cite")).to_have_count(1)


@pytest.mark.parametrize("refused", ["{ writeText: () => Promise.reject() }", "undefined"])
def test_where_the_clipboard_is_refused_the_text_is_selected(
    refused: str, open_page: Opener
) -> None:
    page = open_page("sequential-order/", viewport={"width": 375, "height": 800}).page
    page.evaluate(f"() => Object.defineProperty(navigator, 'clipboard', {{ value: {refused} }})")
    panel = opened(page, "right")
    page.keyboard.press("Enter")
    field = panel.get_by_role("textbox")
    expect(field).to_be_focused()
    chosen = field.evaluate("(box) => box.value.slice(box.selectionStart, box.selectionEnd)")
    assert chosen == field.input_value() != ""
    expect(panel.get_by_role("status")).to_contain_text("按 Ctrl+C")
    assert page.evaluate("() => document.scrollingElement.scrollWidth") == 375
    page.context.close()


def test_a_press_still_leads_there_if_the_script_does_not_arrive(
    base: str, open_page: Opener
) -> None:
    page = open_page("sequential-order/").page
    page.context.route("**/cite.js", lambda route: route.abort())
    page.locator("#right > .headerlink").click()
    page.wait_for_url(f"{base}sequential-order/#right")
    page.context.close()


@pytest.mark.verify
@LANGUAGES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_is_open(language: str, scheme: str, open_page: Opener) -> None:
    page = open_page(f"{HOME[language]}sequential-order/", color_scheme=scheme).page
    opened(page, ID)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(RUN)
    page.context.close()
    assert not found, "\n".join(found)
