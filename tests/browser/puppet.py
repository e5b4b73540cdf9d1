"""Sandboxes without an engine: the test is the engine, and says what a run brings."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route

from site_build.snippets import ROOT
from tests.conftest import Site

MODULES = ROOT / "web" / "sandbox"
ENGINE = """
export class EngineError extends Error {}
const puppet = { warmed: 0, stopped: 0, jobs: [] };
globalThis.puppet = puppet;
export const warm = async () => void (puppet.warmed += 1);
export const stop = () => void (puppet.stopped += 1);
export const run = (job, tell) => new Promise((bring, reject) => {
  const fail = (code, why) =>
    reject(Object.assign(new EngineError(code + (why ? `: ${why}` : "")), { code }));
  puppet.jobs.push({ job, tell, bring, fail });
});
"""
# What every run of an engine brings, besides the recording and what is drawn from it.
RAN = {"python": "3.14.2", "fastapi": "0.165.0", "threads": "stacks", "milliseconds": 12.4}
PLAIN: dict[str, Any] = {"recording": None, "error": None, "missing": [], "digest": "", **RAN}


class Stage:
    """A page whose sandboxes are upgraded, and the puppet that plays their engine."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(address, wait_until="load")

    def upgrade(self) -> None:
        """Load the element, as the page's script does."""
        self.page.evaluate("async () => void (await import('./sandbox-test/element.mjs'))")

    def sandbox(self, snippet_id: str) -> Locator:
        return self.page.locator(f"live-sandbox[data-snippet='{snippet_id}']")

    def jobs(self) -> int:
        """How many jobs the engine has been given."""
        return int(self.page.evaluate("puppet.jobs.length"))

    def tell(self, **progress: Any) -> None:
        self.page.evaluate("(told) => puppet.jobs.at(-1).tell(told)", progress)

    def bring(self, **outcome: Any) -> None:
        self.page.evaluate("(told) => puppet.jobs.at(-1).bring(told)", {**PLAIN, **outcome})

    def fail(self, code: str, why: str = "") -> None:
        self.page.evaluate("([code, why]) => puppet.jobs.at(-1).fail(code, why)", [code, why])


Stager = Callable[..., Stage]


def _manifest(live: Path) -> str:
    """A script that says what the build says of which tools there are, and where."""
    files = {path.name.partition(".")[0]: {"name": path.name} for path in live.glob("*.js")}
    values = {"ASSETS": "./", "LANGUAGE": "", "MANIFEST": {"files": files}}
    return f"Object.assign(globalThis, {json.dumps(values)});"


def _module(route: Route) -> None:
    name = route.request.url.rpartition("/")[2]
    body = ENGINE if name == "engine.mjs" else (MODULES / name).read_text("utf-8")
    route.fulfill(body=body, content_type="text/javascript")


@contextmanager
def staging(browser: Browser, base: str, site: Site) -> Iterator[Stager]:
    """Open addresses of the site, each in a context of its own, and close them in the end."""
    contexts = []
    live = site.folder / "assets" / "live"

    def tool(route: Route) -> None:
        route.fulfill(path=live / route.request.url.rpartition("/")[2])

    def stager(address: str, upgraded: bool = True, **options: Any) -> Stage:
        settings = {"color_scheme": "light", "reduced_motion": "reduce", **options}
        context = browser.new_context(**settings)
        contexts.append(context)
        context.set_default_timeout(5000)
        context.route("**/sandbox-test/*.mjs", _module)
        context.route("**/sandbox-test/live/*", tool)
        context.add_init_script(_manifest(live))
        context.route("**/assets/sandbox.*.js", lambda route: route.fulfill(body=""))
        made = Stage(context.new_page(), base + address)
        if upgraded:
            made.upgrade()
        return made

    yield stager
    for context in contexts:
        context.close()


@pytest.fixture
def stage(browser: Browser, base: str, site: Site) -> Iterator[Stager]:
    """Opens an address of the site; `upgraded=False` leaves its sandboxes as they were built."""
    with staging(browser, base, site) as stager:
        yield stager


@pytest.fixture(scope="module")
def stages(browser: Browser, base: str, site: Site) -> Iterator[dict[str, Stage]]:
    """One page in both languages, for tests that each play a listing of their own."""
    with staging(browser, base, site) as stager:
        yield {"zh": stager("sequential-order/"), "en": stager("en/sequential-order/")}
