"""Chromium, and for `make verify` Firefox and WebKit, on the built site.

Nothing here outlives this package: while Playwright's sync API is open, asyncio takes its loop for
the thread's running one, and the recorder could not play in the same thread.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from site_build.snippets import ROOT
from tests.browser import chromium
from tests.browser.engines import LONGEST, WATCH, PlaywrightTab, Tab, firefox, webkit
from tests.browser.server import Served, served
from tests.conftest import Site

# Tells what a page's policy refuses, in every frame, even where the console says nothing.
TELL_REFUSED = """addEventListener("securitypolicyviolation", (refused) => {
  const { effectiveDirective, blockedURI, sourceFile, lineNumber } = refused;
  console.error(`policy: ${effectiveDirective} ${blockedURI} ${sourceFile}:${lineNumber}`);
})"""
# What a test that takes a `tab` runs in: in Chromium always, in the others in `make verify`.
ENGINES = [
    "chromium",
    pytest.param("firefox", marks=pytest.mark.verify),
    pytest.param("webkit", marks=pytest.mark.verify),
]
DOCS = ROOT / "docs"
PAGES = sorted(path.stem for path in (DOCS / "zh").rglob("*.md"))
ADDRESSES = [
    f"{folder}{'' if name == 'index' else f'{name}/'}" for folder in ("", "en/") for name in PAGES
]


def title(address: str) -> str:
    """What the tests' ids call an address."""
    return address or "home"


# How a test fails for which a busy machine is too slow, or has too little memory.
LATE = ["Timeout", "never came", "WebDriverException", "InvalidSessionId"]
LATE += [
    "时间用完了",
    "its time was up",
    "沙箱意外退出",
    "ended by itself",
    "没有回应",
    "stopped answering",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a test a second try that failed by being late; what a guard lets through has none.

    Budgets are real seconds, and other tests' browsers take the same two cores: a run may miss its
    budget, and WebKit's page crashes under a hostile program where memory is short.
    """
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=LATE))
            # Playwright's loop does not outlive an error that is raised in it from outside.
            item.add_marker(pytest.mark.timeout(method="thread"))


@dataclass
class Visit:
    """A loaded page, and what went wrong while it was open."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)


Opener = Callable[..., Visit]


@pytest.fixture(scope="package")
def server(site: Site) -> Iterator[Served]:
    """The served site."""
    with served(site.folder) as server:
        yield server


@pytest.fixture(scope="package")
def base(server: Served) -> str:
    """The address of the served site."""
    return server.address


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """One for all: a thread can have no second."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium."""
    browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def chromium_tab(browser: Browser) -> Iterator[Tab]:
    """A page of Chromium, whose storage all tests share, so that Python need not start for each."""
    context = browser.new_context()
    context.set_default_timeout(LONGEST)
    yield PlaywrightTab(context.new_page())
    context.close()


# The others are not for all files: what a hostile program does to them shall not meet the next.
@pytest.fixture(scope="module", params=ENGINES)
def tab(request: pytest.FixtureRequest) -> Iterator[Tab]:
    """A page of an engine, whose browser and storage all tests of a file share."""
    if request.param == "webkit":
        with webkit() as tab:
            yield tab
    elif request.param == "firefox":
        with firefox(request.getfixturevalue("playwright")) as tab:
            yield tab
    else:
        yield request.getfixturevalue("chromium_tab")


@pytest.fixture(autouse=True)
def forgetful(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test has written into an editor of the shared page is not there for the next one."""
    tab = request.getfixturevalue("tab") if "tab" in request.fixturenames else None
    yield
    if tab:
        tab.forget()


@pytest.fixture(scope="package")
def watched(site: Site) -> Iterator[Served]:
    """The served site, whose pages note by themselves what goes wrong in them."""
    with served(site.folder, first=WATCH) as server:
        yield server


def _watch(visit: Visit, origin: str) -> None:
    def told(kind: str) -> Callable[[Any], None]:
        return lambda what: visit.wrong.append(f"{kind}: {what}")

    page = visit.page
    page.on("pageerror", told("error"))
    page.on("console", lambda m: told(m.type)(m.text) if m.type in ("error", "warning") else None)
    page.on("requestfailed", lambda r: told("failed")(f"{r.url} {r.failure}"))
    page.on("response", lambda r: told(str(r.status))(r.url) if r.status >= 400 else None)
    page.on("request", lambda r: None if _own(r.url, origin) else told("foreign")(r.url))


def _own(url: str, origin: str) -> bool:
    return url.startswith((origin, "data:", "blob:"))


@pytest.fixture(scope="package")
def open_page(browser: Browser, base: str) -> Iterator[Opener]:
    """Opens an address of the site in a context of its own; options are a context's."""
    contexts = []

    def opener(address: str, **options: Any) -> Visit:
        settings = {"color_scheme": "light", "reduced_motion": "reduce", **options}
        context = browser.new_context(**settings)
        context.set_default_timeout(5000)
        context.add_init_script(TELL_REFUSED)
        contexts.append(context)
        visit = Visit(context.new_page(), base + address)
        _watch(visit, base)
        visit.page.goto(visit.address, wait_until="load")
        return visit

    yield opener
    for context in contexts:
        context.close()


@pytest.fixture(scope="module", params=ADDRESSES, ids=title)
def visit(request: pytest.FixtureRequest, open_page: Opener) -> Iterator[Visit]:
    """Each page once, wide and light, for the tests that only look at it."""
    visit = open_page(request.param, permissions=["clipboard-write"])
    yield visit
    visit.page.context.close()
