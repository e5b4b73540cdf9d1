"""No page breaks a rule that axe-core knows, in any scheme and width."""

import pytest
from playwright.sync_api import expect

from site_build.snippets import ROOT
from tests.browser.conftest import ADDRESSES, Opener, title

pytestmark = pytest.mark.verify
AXE = ROOT / "node_modules/axe-core/axe.min.js"
# One line for each rule and kind of element; a colour's contrast is told with the colours.
RUN = """async (rules) => {
  const wanted = rules ? { runOnly: rules } : {};
  const { violations } = await axe.run({ resultTypes: ["violations"], ...wanted });
  const told = violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, any }) => {
    const { fgColor, bgColor, contrastRatio } = any[0]?.data ?? {};
    const colours = contrastRatio ? ` ${fgColor} on ${bgColor} is ${contrastRatio}` : "";
    const place = target.join(" ")
      .replace(/:nth-child\\(\\d+\\)|__code_\\d+|__codelineno\\S+/g, "…");
    return `${id}: ${place}${colours} (${help})`;
  }));
  return [...new Set(told)];
}"""


@pytest.mark.parametrize("address", ADDRESSES, ids=title)
@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing(address: str, width: int, open_page: Opener) -> None:
    page = open_page(address, viewport={"width": width, "height": 800}).page
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(RUN)
    page.locator("[data-md-component=palette] label:visible").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.wait_for_function("() => !document.getAnimations().length")  # of the colours
    found += page.evaluate(RUN, ["color-contrast"])  # the schemes differ in nothing else
    page.context.close()
    assert not found, "\n".join(found)
