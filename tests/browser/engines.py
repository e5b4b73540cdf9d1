"""Firefox and WebKit by one interface: what a test needs of a page, in any engine."""

import os
import shutil
import subprocess
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright
from selenium import webdriver
from selenium.common import WebDriverException

# Debian's packages; another system names its browsers in the environment.
FIREFOX = "FIREFOX", ("firefox-esr", "firefox"), "apt-get install firefox-esr"
DRIVER = "WEBKIT_DRIVER", ("WebKitWebDriver",), "apt-get install webkit2gtk-driver"
XVFB = "XVFB", ("Xvfb",), "apt-get install xvfb"
MINIBROWSERS = "/usr/lib", "*/webkit2gtk-4.*/MiniBrowser"
LONGEST = 60_000  # milliseconds until a state that does not come is given up
# Calls a function; a promise that is never kept would hold up the tests for ever.
CALL = """(argument) => Promise.race([
  new Promise((resolve) => resolve((%s)(argument))),
  new Promise((_, reject) => setTimeout(() => reject(new Error("its end never came")), %d)),
])"""
SMALLEST = 10_000  # bytes of a screenshot that shows something

# What went wrong in a page, for engines whose driver does not tell.
WATCH = """
window.wrong = [];
const note = (...what) => window.wrong.push(what.join(" "));
addEventListener("error", ({ message, target }) => {
  // Firefox fetches the next page ahead, and lets it be when the reader goes elsewhere.
  if (!target?.matches?.("link[rel=next]")) note("error:", message ?? target.outerHTML);
}, true);
addEventListener("unhandledrejection", (event) => note("rejected:", event.reason));
addEventListener("securitypolicyviolation",
  (event) => note("policy:", event.effectiveDirective, event.blockedURI));
for (const kind of ["error", "warn"]) console[kind] = (...what) => note("console:", ...what);
"""
# Resolves as soon as an element matches; looks at each change of the document, and at no clock.
WAIT = """([selector, longest]) => new Promise((resolve, reject) => {
  const found = () => document.querySelector(selector) && resolve(true);
  new MutationObserver(found).observe(document, {
    attributes: true, characterData: true, childList: true, subtree: true });
  setTimeout(() => reject(new Error(`${selector} never came`)), longest);
  found();
})"""


class Tab(ABC):
    """A page in some engine."""

    @abstractmethod
    def open(self, address: str) -> None:
        """Go to an address, and wait until it has loaded."""

    @abstractmethod
    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Call a JavaScript function with a value; a promise is awaited."""

    @abstractmethod
    def press(self, selector: str) -> None:
        """Press the first element that matches, as a reader does."""

    @abstractmethod
    def screenshot(self) -> bytes:
        """The visible part of the page, as PNG."""

    def forget(self) -> None:
        """Empty the page's session storage."""
        self.evaluate("() => { try { sessionStorage.clear(); } catch { /* there is none */ } }")

    def wait(self, selector: str, longest: int = LONGEST) -> None:
        """Wait until an element matches."""
        self.evaluate(WAIT, [selector, longest])

    def wrong(self) -> list[str]:
        """What went wrong since the page was opened; needs `WATCH` in the page."""
        told: list[str] = self.evaluate("() => window.wrong")
        return told


class PlaywrightTab(Tab):
    """A page of Chromium or Firefox."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, address: str) -> None:
        self.page.goto(address, wait_until="load")

    def evaluate(self, function: str, argument: Any = None) -> Any:
        return self.page.evaluate(CALL % (function, 2 * LONGEST), argument)

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def screenshot(self) -> bytes:
        return self.page.screenshot()


class WebKitTab(Tab):
    """The one page of a WebKit session; a new one, once the old one has crashed."""

    def __init__(self, start: Callable[[], webdriver.WebKitGTK]) -> None:
        self._start = start
        self._begin()

    def _begin(self) -> None:
        self.driver = self._start()
        self.driver.set_script_timeout(3 * LONGEST / 1000)

    def open(self, address: str) -> None:
        try:
            self.driver.get(address)
        except WebDriverException:
            self.close()
            self._begin()
            self.driver.get(address)

    def close(self) -> None:
        """End the session, and the browser with it."""
        with suppress(WebDriverException):  # of a page that has crashed
            self.driver.quit()

    def forget(self) -> None:
        with suppress(WebDriverException):
            super().forget()

    def evaluate(self, function: str, argument: Any = None) -> Any:
        script = f"""const [argument, done] = arguments;
            ({CALL % (function, 2 * LONGEST)})(argument)
              .then((value) => done([value]), (error) => done([null, `${{error}}`]));"""
        value, *error = self.driver.execute_async_script(script, argument)
        if error:
            raise AssertionError(error[0])
        return value

    def press(self, selector: str) -> None:
        element = self.driver.find_element("css selector", selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def screenshot(self) -> bytes:
        return bytes(self.driver.get_screenshot_as_png())


def program(variable: str, names: tuple[str, ...], install: str) -> str:
    """The path of a program.

    Raises:
        FileNotFoundError: it is not there; the message says how to install it.
    """
    wanted = (os.environ[variable],) if variable in os.environ else names
    for name in wanted:
        if found := shutil.which(name):
            return found
    raise FileNotFoundError(f"this test needs {' or '.join(wanted)} ({variable}=…): {install}")


def mini_browser() -> str:
    """The browser that WebKit's driver drives.

    Raises:
        FileNotFoundError: it is not there; the message says how to install it.
    """
    folder, pattern = MINIBROWSERS
    for found in sorted(Path(folder).glob(pattern)):
        return str(found)
    raise FileNotFoundError(f"this test needs {folder}/{pattern}: {DRIVER[2]}")


@contextmanager
def firefox(playwright: Playwright) -> Iterator[Tab]:
    """Debian's Firefox; Playwright's channel for it is undocumented, so its release is pinned."""
    path = program(*FIREFOX)
    browser = playwright.firefox.launch(channel="moz-firefox", executable_path=path)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(LONGEST)
    yield PlaywrightTab(page)
    browser.close()


@contextmanager
def display() -> Iterator[str]:
    """A screen that nobody sees: its name. WebKitGTK has no headless mode."""
    reading, writing = os.pipe()
    command = [program(*XVFB), "-displayfd", str(writing), "-screen", "0", "1280x1000x24"]
    command += ["-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()  # it tells its number as soon as it is ready
        try:
            if not number:
                raise RuntimeError(f"{' '.join(command)} ended before it was ready")
            yield f":{number}"
        finally:
            server.terminate()


@contextmanager
def webkit() -> Iterator[Tab]:
    """WebKitGTK: the engine of Safari, not the product."""
    options = webdriver.WebKitGTKOptions()
    options.binary_location = mini_browser()
    options.add_argument("--automation")
    with display() as screen:
        environment = {**os.environ, "DISPLAY": screen, "NO_AT_BRIDGE": "1"}

        def start() -> webdriver.WebKitGTK:
            service = webdriver.WebKitGTKService(program(*DRIVER), env=environment)
            with warnings.catch_warnings():
                # selenium's WebKitGTK calls its own base class in a way that it has deprecated.
                warnings.simplefilter("ignore", DeprecationWarning)
                return webdriver.WebKitGTK(options=options, service=service)

        tab = WebKitTab(start)
        try:
            yield tab
        finally:
            tab.close()
