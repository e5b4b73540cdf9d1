"""The sheets that a browser prints: of the page `summary`, and in the dark scheme."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import Opener
from tests.browser.paper import FAINT, SHEET, printed
from tests.docs.claims import CLAIMS, PATTERNS

MOST_SHEETS = 3


@pytest.mark.parametrize("folder", ["", "en/"], ids=["zh", "en"])
def test_the_summary_is_printed_on_a_few_sheets_with_all_addresses(
    folder: str, base: str, open_page: Opener
) -> None:
    page = open_page(f"{folder}summary/").page
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    said = "".join("".join(sheet.extract_text() for sheet in sheets).split())
    assert 2 <= len(sheets) <= MOST_SHEETS
    missing = [name for name in [*CLAIMS, *PATTERNS] if f"{name}/" not in said]
    assert missing == []
    assert "summary.pdf" not in said
    page.context.close()


@pytest.mark.parametrize(
    "address", ["summary/", "en/sequential-order/", "versions/", "en/symptoms/", "en/choose/"]
)
def test_the_dark_scheme_is_printed_black_on_white(address: str, open_page: Opener) -> None:
    page = open_page(address, color_scheme="dark").page
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    assert printed(page, FAINT) == []
    assert printed(page, "() => innerWidth") == SHEET["width"]
    page.context.close()


@pytest.mark.parametrize("address", ["sequential-order/", "en/sequential-order/"])
def test_a_link_that_leads_outside_is_printed_with_its_address(
    address: str, open_page: Opener
) -> None:
    page = open_page(address).page
    shown = """() => [...document.querySelectorAll("article a[href^=http]")]
      .map((link) => getComputedStyle(link, "::after").content)"""
    on_screen, on_paper = page.evaluate(shown), printed(page, shown)
    assert on_paper
    assert set(on_screen) == {"none"}
    assert all("href" in content or "https://" in content for content in on_paper)
    page.context.close()
