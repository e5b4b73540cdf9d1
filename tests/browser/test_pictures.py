"""A timeline's file in an `<img>`, as a wiki shows it: in the reader's scheme, and legible."""

from typing import Literal

import pytest
from playwright.sync_api import Page

from site_build.pictures import timelines
from site_build.snippets import LANGUAGES, snippet
from tests.browser.conftest import Opener

PICTURE = timelines.address(snippet("sequential_order/wrong"), "zh", "svg")
# The colours of a picture's corner and of all its pixels, once an `<img>` shows it.
COLOURS = """async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  document.body.replaceChildren(image);
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, image.naturalWidth, image.naturalHeight);
  const found = new Set();
  for (let at = 0; at < data.length; at += 4) found.add(data.slice(at, at + 3).join(" "));
  return { corner: data.slice(0, 3).join(" "), all: [...found], width: image.naturalWidth };
}"""


def colours(page: Page, base: str, picture: str) -> tuple[str, set[str], int]:
    found = page.evaluate(COLOURS, base + picture)
    return found["corner"], set(found["all"]), found["width"]


@pytest.mark.parametrize(
    ("scheme", "paper", "ink"),
    [("light", "255 255 255", "74 86 200"), ("dark", "29 35 43", "141 151 247")],
)
def test_an_svg_in_an_img_follows_the_readers_scheme(
    open_page: Opener, base: str, scheme: Literal["light", "dark"], paper: str, ink: str
) -> None:
    page = open_page("", color_scheme=scheme).page
    corner, found, width = colours(page, base, PICTURE)
    assert (corner, width) == (paper, 760)
    assert ink in found  # the bars of the tasks


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_png_shows_the_light_drawing_twice_as_large(
    open_page: Opener, base: str, language: str
) -> None:
    picture = timelines.address(snippet("sequential_order/wrong"), language, "png")
    corner, found, width = colours(open_page("", color_scheme="dark").page, base, picture)
    assert (corner, width) == ("255 255 255", 1520)
    assert "74 86 200" in found


def test_a_page_that_leads_to_its_oembed_answer_asks_for_nothing_that_is_not_there(
    open_page: Opener,
) -> None:
    visit = open_page("sequential-order/")
    link = visit.page.locator('link[type="application/json+oembed"]')
    assert link.count() == 1
    visit.page.wait_for_load_state("networkidle")
    assert visit.wrong == []
