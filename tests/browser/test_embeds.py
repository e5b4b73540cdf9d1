"""An embed on another site, in a frame that may do nothing but run scripts."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TELL_REFUSED, Opener
from tests.browser.embedding import REPORT, SNIPPET, elsewhere, host, reported
from tests.browser.engines import Tab
from tests.browser.sandbox import essence, expected
from tests.browser.server import Served, served
from tests.browser.test_accessibility import AXE, RUN
from tests.conftest import SITE_URL, Site

TYPE = "after-the-response:height"
MOST = 45_000  # bytes, as gzip makes them, that an embed takes before anybody means to run it
EMBEDS = {"zh": f"embed/{SNIPPET}/", "en": f"en/embed/{SNIPPET}/"}
LANGUAGES = pytest.mark.parametrize("language", EMBEDS)
# Counts who listens for messages, before any script of the page.
LISTENERS = """
window.listening = [];
const { addEventListener: add } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (type, ...rest) {
  if (type === "message" && this === window) listening.push(`${rest[0]}`);
  return add.call(this, type, ...rest);
};
"""


@pytest.fixture(scope="module")
def reporting(site: Site) -> Iterator[Served]:
    """The site as if built for the address that it is served at; embeds report what they run."""
    with served(site.folder, first=REPORT) as server:
        for where in ("embed/sequential_order/right/", "embed/sequential_order/promise_all/"):
            html = (site.folder / where / "index.html").read_text("utf-8")
            built, here = urljoin(SITE_URL, "/"), urljoin(server.address, "/")
            server.pages[where] = html.replace(built.rstrip("/"), here.rstrip("/"))
        yield server


def heights(tab: Tab) -> list[int]:
    """What the other site was told; nothing but this may be said."""
    heard: list[dict[str, Any]] = tab.evaluate("() => heard.filter((data) => !data.reported)")
    assert all(data.keys() == {"type", "height"} and data["type"] == TYPE for data in heard)
    return [data["height"] for data in heard]


def test_it_runs_in_a_frame_without_origin_and_storage(
    tab: Tab, reporting: Served, tmp_path: Path
) -> None:
    reporting.requests.clear()
    with elsewhere(tmp_path, host(reporting)) as address:
        tab.open(address)
        told = reported(tab)
        assert (told["origin"], told["isBlocked"]) == ("null", True)
        assert told["state"] == "done", told
        assert essence(told["recording"]) == expected(SNIPPET)
        # What a run brings stands below what was there; the page's own script makes room for it.
        tab.wait("html[data-grown]")
        said = heights(tab)
        assert said[-1] > said[0] > 0
        height = tab.evaluate("() => document.querySelector('iframe').clientHeight")
        assert height == said[-1]
    assert not [path for path in reporting.requests if "/assets/live/" in path and ".zst" in path]


# Not in WebKit, where two of three runs in a frame with its origin brought nothing within a minute.
@pytest.mark.verify
@pytest.mark.parametrize("tab", ["chromium", "firefox"], indirect=True)
@pytest.mark.parametrize("snippet", [SNIPPET, "sequential_order/promise_all"])
@pytest.mark.parametrize("sandbox", [None, "allow-scripts"])
def test_it_runs_whatever_the_frame_allows(
    snippet: str, sandbox: str | None, tab: Tab, reporting: Served, tmp_path: Path
) -> None:
    with elsewhere(tmp_path, host(reporting, snippet, sandbox)) as address:
        tab.open(address)
        told = reported(tab)
    assert (told["origin"] == "null") == (sandbox is not None)
    assert told["state"] == "done", told
    assert essence(told["recording"]) == expected(snippet)


@pytest.fixture(scope="module")
def framed(browser: Browser, base: str, site: Site, tmp_path_factory: Any) -> Iterator[Page]:
    """Another site's page with an embed that runs nothing by itself."""
    folder = tmp_path_factory.mktemp("elsewhere")
    page_of = host(Served(site.folder, base)).replace("#run", "?theme=dark")
    context = browser.new_context(color_scheme="light")
    context.set_default_timeout(5000)
    context.add_init_script(LISTENERS)
    context.add_init_script(TELL_REFUSED)
    with elsewhere(folder, page_of) as address:
        page = context.new_page()
        page.goto(address, wait_until="load")
        yield page
    context.close()


def test_it_hears_no_message(framed: Page) -> None:
    embed = framed.frames[1]
    expect(framed.frame_locator("iframe").locator("[data-action=run]")).to_be_visible()
    assert embed.evaluate("[listening, window.onmessage]") == [[], None]
    before = embed.evaluate("document.documentElement.outerHTML")
    messages = [{"type": TYPE, "height": 1}, "port", {"order": "begin"}, {"theme": "light"}]
    framed.evaluate("(all) => all.forEach((one) => frames[0].postMessage(one, '*'))", messages)
    embed.evaluate("() => new Promise((resolve) => setTimeout(resolve, 100))")
    assert embed.evaluate("document.documentElement.outerHTML") == before


def test_the_tools_come_without_an_origin_too(framed: Page) -> None:
    box = framed.frame_locator("iframe").locator("live-sandbox")
    before = framed.evaluate("heard.at(-1).height")
    box.locator("[data-action=edit]").click()
    expect(box.locator("[data-part=editor]")).to_be_visible()
    box.locator("[data-action=share]").click()
    link = box.locator(".tool-panel textarea")
    base = framed.frames[1].url.partition("embed/")[0]
    expect(link).to_have_value(re.compile(rf"^{re.escape(base)}sequential-order/#run="))
    framed.wait_for_function("(before) => heard.at(-1).height > before", arg=before)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("asked", ["", "?theme=auto", "?theme=light", "?theme=dark"])
def test_the_address_says_the_scheme_or_else_the_reader(
    asked: str, scheme: Any, open_page: Opener
) -> None:
    visit = open_page(EMBEDS["en"] + asked, color_scheme=scheme)
    is_dark = asked.endswith("dark") or (scheme == "dark" and not asked.endswith("light"))
    shown = visit.page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert shown == ("dark" if is_dark else "light")
    if not asked:
        visit.page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
        other = "slate" if scheme == "light" else "default"
        expect(visit.page.locator("html")).to_have_attribute("data-md-color-scheme", other)
    assert visit.wrong == []
    visit.page.context.close()


@LANGUAGES
def test_it_is_worked_by_the_keyboard(language: str, open_page: Opener) -> None:
    page = open_page(EMBEDS[language]).page
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.dataset.action ?? document.activeElement.className"
            )
        )
    wanted = ["embed-home", "run", "edit", "timeline", "next"]
    assert [one for one in reached if one in wanted] == wanted, reached
    name = page.locator("[data-action=run]").inner_text()
    assert name == {"zh": "运行", "en": "Run"}[language]
    page.context.close()


@LANGUAGES
def test_it_is_light_until_somebody_means_to_run_it(
    language: str, open_page: Opener, server: Served, site: Site
) -> None:
    server.requests.clear()
    visit = open_page(EMBEDS[language])
    expect(visit.page.locator("[data-action=run]")).to_be_visible()
    base = "/" + SITE_URL.split("/", 3)[3]
    asked = [path.removeprefix(base) for path in server.requests]
    files = [f"{EMBEDS[language]}index.html", "assets/embed.css", "assets/embed.js"]
    assert set(asked) <= {EMBEDS[language], *files[1:], "assets/icon.svg"}, asked
    sizes = {file: len(gzip.compress((site.folder / file).read_bytes(), 9)) for file in files}
    print(language, sizes, sum(sizes.values()), len(asked))
    assert sum(sizes.values()) < MOST, sizes
    assert visit.wrong == []
    visit.page.context.close()


@pytest.mark.verify
@LANGUAGES
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing(language: str, theme: str, width: int, open_page: Opener) -> None:
    size = {"width": width, "height": 800}
    page = open_page(f"{EMBEDS[language]}?theme={theme}", viewport=size).page
    expect(page.locator("[data-action=run]")).to_be_visible()
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(RUN)
    page.context.close()
    assert not found, "\n".join(found)
