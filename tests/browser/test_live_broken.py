"""Whatever fails, the listing and its drawing stay, and a sentence says what has failed."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Opener
from tests.browser.sandbox import ENDS
from tests.browser.server import Served
from tests.conftest import BASE, Site

PAGE = "en/sequential-order/"
LISTING = "sequential_order/right"
BOX = f'live-sandbox[data-snippet="{LISTING}"]'
DATABASE = 'live-sandbox[data-snippet="db_session_lifetime/right"]'
LIVE = "**/assets/live/*"
LONGEST = 60_000  # milliseconds
NO_STORAGE = """for (const name of ["caches", "localStorage", "sessionStorage", "indexedDB"])
  Object.defineProperty(window, name, { get() { throw new DOMException(name, "SecurityError"); } });
"""
FORGETFUL = """CacheStorage.prototype.open = async () => { throw new DOMException("full"); };"""


def run(page: Page) -> str:
    """Press Run, and wait for the end: the state."""
    box = page.locator(BOX)
    box.locator("[data-action=run]").click()
    expect(box).to_have_attribute("data-state", re.compile("|".join(ENDS)), timeout=LONGEST)
    return box.get_attribute("data-state") or ""


def check_whole(page: Page) -> None:
    for part in ("pre", "svg.tl"):
        expect(page.locator(f"{BOX} {part}").first).to_be_visible()
    expect(page.locator(f"{BOX} .transcript li").first).to_be_attached()


def says(page: Page) -> str:
    return page.locator(f"{BOX} [data-part=status]").inner_text()


@pytest.fixture
def page(open_page: Opener) -> Iterator[Page]:
    """A page on which nothing has run yet, in a browser that has kept nothing."""
    page = open_page(PAGE).page
    yield page
    page.context.close()


def files(site: Site) -> dict[str, str]:
    """The files of the payload by the kind in their names: worker.<hash>.js.zst is the worker."""
    found = sorted(path.name for path in (site.folder / "assets/live").iterdir())
    return {name.partition(".")[0]: name for name in found}


@pytest.fixture(scope="module")
def first(open_page: Opener, server: Served) -> list[str]:
    """The files that a first start asks for, by their kinds."""
    page = open_page(PAGE).page
    server.requests.clear()
    assert run(page) == "done"
    page.context.close()
    asked = [path.rpartition("/")[2] for path in server.requests if "/assets/live/" in path]
    return [name.partition(".")[0] for name in asked]


def test_a_first_start_asks_for_each_file_once(first: list[str], site: Site) -> None:
    assert sorted(first) == sorted(set(first))
    assert {"engine", "frame", "worker", "library"} <= set(first) <= set(files(site))


def missing(route: Route) -> None:
    route.fulfill(status=404, body="not here")


def damaged(route: Route) -> None:
    whole = route.fetch().body()
    route.fulfill(body=whole[: len(whole) // 2] + bytes(100))


def cut_off(route: Route) -> None:
    route.abort("connectionreset")


verify = pytest.mark.verify  # each has some plain starts


@pytest.mark.parametrize(
    "harm", [pytest.param(missing, marks=verify), damaged, pytest.param(cut_off, marks=verify)]
)
def test_a_file_that_does_not_arrive_whole_is_told_and_asked_for_again(
    harm: object, page: Page, first: list[str]
) -> None:
    for kind in first:
        address = f"**/assets/live/{kind}.*"
        page.route(address, harm)  # type: ignore[arg-type]
        assert run(page) == "failed", f"{kind}: {says(page)}"
        assert "✗" in says(page)
        check_whole(page)
        page.unroute(address)
    assert run(page) == "done", says(page)


def test_a_package_that_does_not_arrive_is_told_and_asked_for_again(page: Page) -> None:
    page.goto(page.url.replace(PAGE, "en/db-session-lifetime/"))
    page.locator(DATABASE).evaluate("(box, old) => { box.dataset.snippet = old; }", LISTING)
    packages = "**/assets/live/sqlalchemy.*"
    page.route(packages, missing)
    assert run(page) == "failed"
    assert "Check the connection" in says(page)
    check_whole(page)
    page.unroute(packages)
    assert run(page) == "done", says(page)


def test_without_a_network_it_says_so_and_runs_once_there_is_one(page: Page) -> None:
    page.context.set_offline(True)
    assert run(page) == "failed"
    assert "Check the connection" in says(page)
    check_whole(page)
    page.context.set_offline(False)
    assert run(page) == "done"


def test_what_is_still_on_its_way_can_be_stopped_and_comes_later(page: Page) -> None:
    held: list[Route] = []
    page.route("**/assets/live/engine.*", lambda route: held.append(route))
    box = page.locator(BOX)
    with page.expect_request("**/assets/live/engine.*"):
        box.locator("[data-action=run]").click()
    box.locator("[data-action=stop]").click()
    expect(box).to_have_attribute("data-state", "stopped")
    for route in held:
        route.continue_()
    assert run(page) == "done", says(page)


def test_once_python_is_there_it_needs_no_network(page: Page) -> None:
    assert run(page) == "done"
    page.context.set_offline(True)
    assert run(page) == "done", says(page)


@pytest.mark.parametrize(
    "without",
    [
        pytest.param(NO_STORAGE, id="blocked"),
        pytest.param(FORGETFUL, id="full", marks=verify),
    ],
)
def test_without_storage_it_runs(without: str, page: Page) -> None:
    page.add_init_script(without)
    page.reload()
    for _ in range(2):
        assert run(page) == "done", says(page)
        page.reload()


def test_where_webassembly_is_missing_it_is_unavailable_and_says_so(page: Page) -> None:
    page.add_init_script("delete window.WebAssembly")
    page.reload()
    assert run(page) == "unavailable"
    assert "cannot run Python" in says(page)
    check_whole(page)


def test_a_plain_file_server_is_enough(site: Site, open_page: Opener, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / BASE.strip("/")).parent.mkdir(parents=True)
    (root / BASE.strip("/")).symlink_to(site.folder)
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        [*command, "--directory", root],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        port = re.findall(r"port (\d+)", server.stdout.readline())[0]
        page = open_page("").page
        page.goto(f"http://127.0.0.1:{port}{BASE}{PAGE}")
        assert run(page) == "done", says(page)
        page.context.close()
        server.terminate()
