"""The nightly look at links to elsewhere, asked of a server of our own."""

import asyncio
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
import yaml

from evidence.processes import free_port
from site_build.links import Found, ask, outside, report
from site_build.snippets import ROOT

ANSWERS = {"/": 200, "/moved": 302, "/gone": 404, "/removed": 410, "/humans": 403, "/many": 429}


class _Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        busy = self.path == "/late" and self.asked.count("/late") < 3
        self.send_response(503 if busy else ANSWERS.get(self.path, 200))
        if self.path == "/moved":
            self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    """The address of a server that answers each path with its code."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_what_is_gone_is_told_apart_from_what_wants_no_machine(host: str) -> None:
    nobody = f"http://127.0.0.1:{free_port()}/"
    addresses = [f"{host}{path}" for path in ANSWERS] + [f"{host}/late", nobody]
    found = {one.address.removeprefix(host): one for one in asyncio.run(ask(addresses, 0))}
    assert found.keys() == {"/gone", "/removed", "/humans", "/many", nobody}
    assert {path for path, one in found.items() if one.is_gone} == {"/gone", "/removed", nobody}
    assert found["/many"].said == "429"


def test_the_report_says_where_each_stands() -> None:
    found = [Found("https://a.test/", "403", False), Found("https://b.test/", "404", True)]
    told = report(found, {"https://a.test/": ["docs/zh/a.md"], "https://b.test/": ["README.md"]})
    assert told.index("## Gone") < told.index("<https://b.test/> (404), in README.md")
    assert told.index("README.md") < told.index("look by hand") < told.index("docs/zh/a.md")
    assert report([], {}) == "All links lead somewhere.\n"


def test_links_are_read_from_prose_alone(tmp_path: Path) -> None:
    (tmp_path / "docs" / "zh").mkdir(parents=True)
    text = "[a](https://a.test/x#y) `[b](https://b.test/)` [home](index.md)\n"
    fence = "```text\n[c](https://c.test/)\n```\n"
    (tmp_path / "docs" / "zh" / "page.md").write_text(f"{text}{fence}<https://d.test/>\n", "utf-8")
    (tmp_path / "README.md").write_text("[a](https://a.test/x)\n", "utf-8")
    assert outside(tmp_path) == {
        "https://a.test/x": ["README.md", "docs/zh/page.md"],
        "https://d.test/": ["docs/zh/page.md"],
    }


def test_our_own_pages_have_links_to_look_at() -> None:
    assert len(outside()) > 50


def test_the_nightly_workflow_asks_and_tells_in_an_issue() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "nightly.yml").read_text("utf-8"))
    steps = workflow["jobs"]["links"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert ".venv/bin/python -m site_build links report.md" in commands
    assert 'title="Links that lead nowhere"' in commands[-1]
