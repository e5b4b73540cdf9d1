"""Drawings from a sandbox are rebuilt: what the recorder draws is kept, all else refused."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Page

from recorder.draw import draw
from recorder.words import WORDS
from tests.browser.conftest import ADDRESSES, title
from tests.browser.puppet import Stage
from tests.browser.puppet import stages as stages
from tests.conftest import Site
from tests.recorder.apps import everything

FINE = "<title>a</title><desc>b</desc>"
ROOT = '<svg xmlns="http://www.w3.org/2000/svg" class="tl">{}</svg>'
HOSTILE = {
    "a script": f"{FINE}<script>alert(1)</script>",
    "an empty script": f"{FINE}<script/>",
    "a group": f"{FINE}<g><rect/></g>",
    "an inherited name as an element": f"{FINE}<constructor/>",
    "a handler": f'{FINE}<rect onload="alert(1)"/>',
    "an attribute of a page": f'{FINE}<rect tabindex="1"/>',
    "a link": f'{FINE}<a href="https://evil.example/"><text>x</text></a>',
    "an address": f'{FINE}<rect class="task" href="https://evil.example/"/>',
    "an xlink": f'{FINE}<path xmlns:l="http://www.w3.org/1999/xlink" l:href="#x"/>',
    "an image": f'{FINE}<image href="x.png"/>',
    "a copy": f'{FINE}<use href="#x"/>',
    "a style sheet": f"{FINE}<style>*{{}}</style>",
    "a style": f'{FINE}<rect style="fill:red"/>',
    "a fill": f'{FINE}<rect fill="red"/>',
    "a url as a number": f'{FINE}<rect x="url(#x)"/>',
    "a name as a number": f'{FINE}<rect x="javascript"/>',
    "an event that is no number": f'{FINE}<rect data-events="1 x"/>',
    "a number too little": f'{FINE}<rect data-events="1 "/>',
    "an event of the whole": FINE.replace("<title>", '<title data-events="1">'),
    "an animation": f'{FINE}<rect><animate attributeName="x"/></rect>',
    "HTML": f"{FINE}<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
    "HTML by itself": f"{FINE}<title xmlns='http://www.w3.org/1999/xhtml'>x</title>",
    "a prefix": f'{FINE}<s:rect xmlns:s="http://www.w3.org/2000/svg"/>',
    "a class of the page": f'{FINE}<rect class="md-overlay"/>',
    "an inherited name": f'{FINE}<rect constructor="1"/>',
    "text among shapes": f"{FINE}text",
    "a comment": f"{FINE}<!-- x -->",
    "character data": f"{FINE}<text><![CDATA[x]]></text>",
    "an instruction": f"{FINE}<?x y?>",
    "a picture inside": f"{FINE}<svg/>",
    "too deep": f"{FINE}<text><tspan><tspan>x</tspan></tspan></text>",
    "too many": FINE + "<rect/>" * 20_000,
    "too long": f"{FINE}<text>{'x' * 1_000_000}</text>",
    "not well-formed": f"{FINE}<rect>",
    "no title": "<desc>b</desc>",
}
# Whether each is rebuilt as it is, but for the ids, which `rebuild` makes.
SAME = """async (drawings) => {
  const { rebuild } = await import("./sandbox-test/svg.mjs");
  return drawings.map((text, n) => {
    const box = document.createElement("template");
    box.innerHTML = text;
    const wanted = box.content.firstElementChild;
    wanted.removeAttribute("xmlns");
    for (const [name, role] of [["title", "labelledby"], ["desc", "describedby"]]) {
      wanted.querySelector(`:scope > ${name}`).id = `k${n}-${name}`;
      wanted.setAttribute(`aria-${role}`, `k${n}-${name}`);
    }
    return rebuild(text, `k${n}`).isEqualNode(wanted);
  });
}"""
TRY = """async (text) => {
  const { rebuild } = await import("./sandbox-test/svg.mjs");
  try {
    return rebuild(text, "k").outerHTML;
  } catch (error) {
    return error.name;
  }
}"""


@pytest.fixture(scope="module")
def drawings() -> list[str]:
    """A drawing with every shape, in both languages."""
    # Elsewhere than in this thread, whose running loop is Playwright's.
    with ThreadPoolExecutor(1) as elsewhere:
        recorded = elsewhere.submit(everything).result()
    return [draw(recorded, words) for words in WORDS.values()]


@pytest.fixture(scope="module")
def page(stages: dict[str, Stage]) -> Page:
    """A page that can import the module."""
    return stages["en"].page


@pytest.mark.parametrize("address", ADDRESSES, ids=title)
def test_each_drawing_of_the_site_is_rebuilt_as_it_is(address: str, site: Site, page: Page) -> None:
    text = (site.folder / address / "index.html").read_text("utf-8")
    found = re.findall(r'<svg class="tl".*?</svg>', text, re.S)
    assert page.evaluate(SAME, found) == [True] * text.count('class="tl"')


def test_every_shape_that_the_recorder_draws_is_rebuilt(drawings: list[str], page: Page) -> None:
    assert page.evaluate(SAME, drawings) == [True, True]


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_the_recorder_never_draws_is_refused(kind: str, page: Page) -> None:
    assert page.evaluate(TRY, ROOT.format(FINE)).startswith("<svg")
    assert page.evaluate(TRY, ROOT.format(HOSTILE[kind])) == "TypeError"


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">]>' + ROOT.format(FINE),
        f"<svg>{FINE}</svg>",
        f'<html xmlns="http://www.w3.org/1999/xhtml">{ROOT.format(FINE)}</html>',
        "",
        None,
        {"length": 1},
    ],
    ids=["entities", "no namespace", "HTML", "nothing", "null", "an object"],
)
def test_what_is_no_picture_is_refused(text: Any, page: Page) -> None:
    assert page.evaluate(TRY, text) == "TypeError"
