"""What is kept of a start makes the next one quick, has nothing of a reader's, and may be lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Opener
from tests.browser.engines import PlaywrightTab, Tab
from tests.browser.sandbox import Sandbox, open_program
from tests.browser.server import Served
from tests.browser.test_live_broken import PAGE, run, says

# Waits until it is there, and gives its size in bytes.
KEPT = """async () => {
  for (;;) {
    for (const name of await caches.keys()) {
      const found = await (await caches.open(name)).match("/snapshot");
      if (found) return (await found.arrayBuffer()).byteLength;
    }
    await new Promise((goOn) => setTimeout(goOn, 50));
  }
}"""
# Each changes what is kept: {size, table} in a header, and the bytes.
HARM = """async (how) => {
  const [name] = await caches.keys();
  const cache = await caches.open(name);
  const found = await cache.match("/snapshot");
  const told = JSON.parse(found.headers.get("x-snapshot"));
  let bytes = new Uint8Array(await found.arrayBuffer());
  if (how === "short") bytes = bytes.slice(0, bytes.length / 2);
  if (how === "empty") bytes = bytes.fill(0);
  if (how === "table") told.table = told.table.map((place) => place - 100);
  if (how === "header") told.size = "many";
  const headers = { "x-snapshot": JSON.stringify(told) };
  await cache.put("/snapshot", new Response(bytes, { headers }));
}"""
LEAVES = """
import builtins, fastapi, sys

builtins.left = fastapi.left = sys.left = "something"
app = fastapi.FastAPI()


@app.get("/")
def read() -> str:
    return "left"
"""
LOOKS = """
import csv  # which lies with the rest
import builtins, fastapi, random, sys

app = fastapi.FastAPI()


@app.get("/")
def read() -> list[bool | float]:
    left = [hasattr(one, "left") for one in (builtins, fastapi, sys)]
    return [*left, random.random()]
"""


def asked(server: Served) -> set[str]:
    """The files of the payload that were asked for, by their kinds."""
    paths = [path.rpartition("/")[2] for path in server.requests if "/assets/live/" in path]
    return {path.partition(".")[0] for path in paths}


def size_kept(page: Page) -> int:
    """Wait until the start is kept; its size in bytes."""
    size: int = PlaywrightTab(page).evaluate(KEPT)
    return size


@pytest.fixture(scope="module")
def visited(open_page: Opener) -> Iterator[Page]:
    """A page whose Python has run, and of which the start is kept; each test leaves such a one."""
    page = open_page(PAGE).page
    assert run(page) == "done", says(page)
    size_kept(page)  # who leaves the page earlier has nothing kept
    yield page
    page.context.close()


@pytest.fixture
def page(visited: Page, base: str) -> Page:
    """That page, opened anew."""
    visited.goto(base + PAGE)
    assert size_kept(visited) > 1_000_000
    return visited


def test_a_second_visit_needs_no_library(page: Page, server: Served) -> None:
    server.requests.clear()
    assert run(page) == "done"
    assert "library" not in asked(server)
    assert "✓" in says(page)


@pytest.mark.parametrize(
    "how",
    [
        "short",
        *(pytest.param(how, marks=pytest.mark.verify) for how in ("empty", "table", "header")),
    ],
)
def test_a_snapshot_that_does_not_fit_gives_way_to_a_plain_start(
    how: str, page: Page, server: Served
) -> None:
    size = size_kept(page)
    page.evaluate(HARM, how)
    server.requests.clear()
    page.reload()
    assert run(page) == "done", says(page)
    assert "library" in asked(server)
    assert size_kept(page) == size


@pytest.fixture
def tab(page: Page) -> Tab:
    return PlaywrightTab(page)


def answer(box: Sandbox) -> Any:
    assert box.run() == "done", box.text("console")
    assert box.recording is not None
    return box.recording["responses"][0]["body"]


def test_nothing_of_a_readers_is_kept(tab: Tab, page: Page, server: Served) -> None:
    page.evaluate("caches.keys().then((names) => Promise.all(names.map((n) => caches.delete(n))))")
    answer(open_program(tab, server, LEAVES)[0])
    size_kept(page)
    told = [answer(open_program(tab, server, LOOKS)[0]) for _ in range(2)]
    assert [one.split(",")[:3] for one in told] == [["[false", "false", "false"]] * 2
    assert told[0] != told[1]  # each start has numbers of its own


def test_what_computes_where_nothing_is_heard_is_replaced(
    tab: Tab, page: Page, server: Served
) -> None:
    stubborn, other = open_program(tab, server, "sum(range(10**15))")
    stubborn.start()
    stubborn.wait("running")
    server.requests.clear()
    tab.press(f"{stubborn.selector} [data-action=stop]")
    assert stubborn.wait("stopped", "failed", "done") == "stopped"
    assert other.run() == "done"
    assert asked(server) == set()
