"""The zip, unpacked and served at a root by Python alone: a sandbox runs, none else is asked."""

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from evidence.processes import Program, free_port, until
from evidence.serving import listens
from site_build.packing import NAME, pack
from tests.browser.engines import LONGEST, PlaywrightTab
from tests.browser.sandbox import Sandbox, essence, expected
from tests.browser.server import Served
from tests.conftest import Site

TAKEN = "sequential_order/wrong"
ALTERNATES = "() => [...document.querySelectorAll('link[rel~=alternate]')].map((link) => link.rel)"


@pytest.fixture(scope="module")
def unpacked(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which what is in the zip is served."""
    folder = tmp_path_factory.mktemp("offline")
    pack(site.folder, folder / "guide.zip")
    with zipfile.ZipFile(folder / "guide.zip") as packed:
        packed.extractall(folder)
    port = free_port()
    options: list[str | Path] = ["-m", "http.server", str(port), "--bind", "127.0.0.1"]
    command = [sys.executable, *options, "--directory", folder / NAME]
    with Program(command, folder) as server:
        until(lambda: server.ended or listens(port), 30, f"the start of {server}")
        yield f"http://127.0.0.1:{port}/"


@pytest.mark.verify
@pytest.mark.parametrize("language", ["", "en/"])
def test_a_sandbox_runs_from_the_zip_without_a_network(
    language: str, unpacked: str, browser: Browser
) -> None:
    context = browser.new_context()
    context.set_default_timeout(LONGEST)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # Nothing but this server is there: every other request would end in an error of the network.
    context.route(lambda url: not url.startswith(unpacked), lambda route: route.abort())
    page.goto(f"{unpacked}{language}sequential-order/")
    sandbox = Sandbox(PlaywrightTab(page), TAKEN)
    assert sandbox.run() == "done"
    assert essence(sandbox.recording) == expected(TAKEN)
    assert any(".wasm.zst" in url for url in asked)
    assert [u for u in asked if not u.startswith((unpacked, "data:", "blob:"))] == []
    context.close()


@pytest.mark.parametrize("language", ["", "en/"])
def test_the_theme_asks_for_no_sitemap_because_of_an_alternate(
    language: str, browser: Browser, server: Served
) -> None:
    context = browser.new_context()
    page = context.new_page()
    before = len(server.requests)
    page.goto(f"{server.address}{language}sequential-order/", wait_until="networkidle")
    assert len(page.evaluate(ALTERNATES)) >= 2
    assert [path for path in server.requests[before:] if "sitemap" in path] == []
    context.close()
