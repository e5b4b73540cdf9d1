"""How a page looks on paper, asked of a page that is shown as if it were printed."""

from typing import Any

from playwright.sync_api import Page, ViewportSize

# What A4 leaves between the margins of web/theme/assets/print.css, at 96 dots an inch.
SHEET: ViewportSize = {"width": 703, "height": 1024}

# The texts that are not dark on white, whatever scheme the screen has.
FAINT = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return a ? (r + g + b) / 3 : 255;
  };
  const lit = [...document.querySelectorAll("article :is(h1, h2, p, li, td, code, .tl text)")]
    .filter((e) => e.checkVisibility())
    .filter((e) => light(getComputedStyle(e)[e.closest("svg") ? "fill" : "color"]) > 140);
  const ground = light(getComputedStyle(document.body).backgroundColor) < 250 ? ["the ground"] : [];
  return [...ground, ...lit.map((e) => e.textContent.slice(0, 40))].slice(0, 5);
}"""


def printed(page: Page, script: str) -> Any:
    """What a script tells of the page on a sheet of A4; afterwards it is on the screen again."""
    before = page.viewport_size
    assert before is not None
    page.emulate_media(media="print")
    page.set_viewport_size(SHEET)
    try:
        return page.evaluate(script)
    finally:
        page.set_viewport_size(before)
        page.emulate_media(media="screen")
