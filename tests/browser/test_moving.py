"""A heading is renamed and a page deleted in a copy of the project: an old link still arrives."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.server import served
from tests.docs.test_new_page import project as project
from tests.docs.test_new_page import python

pytestmark = pytest.mark.verify
PAGE = "/late-reply/"
MOVED = {
    "/late-reply/#why-it-happens": "/late-reply/#reason",
    "/late-copy/": "/late-reply/#late-reply",
}


def site(folder: Path, *options: str) -> str:
    done = python(folder, "-m", "site_build", "site", *options)
    assert done.returncode == 0, done.stdout
    return done.stdout


def lost(folder: Path) -> str:
    """What the test says that holds the registry against the site."""
    program = (
        "from pathlib import Path; from site_build.permalinks.registry import *; "
        "from site_build.permalinks.redirects import moved; "
        "print(*lost(registered(), published(Path('site'), moved()), moved()), sep='\\n')"
    )
    return python(folder, "-c", program).stdout


def test_an_old_link_still_arrives(project: Path, browser: Browser) -> None:
    permalinks = project / "site_build" / "permalinks"
    (permalinks / "registry.txt").unlink()
    assert "/late-reply/#why-it-happens" in site(project, "--register")
    assert site(project, "--register").endswith("No address is new\n")
    for language in ("zh", "en"):
        page = project / "docs" / language / "late-reply.md"
        text = page.read_text("utf-8")
        page.write_text(text.replace("{#why-it-happens}", "{#reason}"), "utf-8")
        (project / "docs" / language / "late-copy.md").unlink()
    config = (project / "mkdocs.yml").read_text("utf-8")
    (project / "mkdocs.yml").write_text(re.sub(r".*late-copy\.md\n", "", config), "utf-8")
    site(project)
    said = lost(project)
    assert '    "/late-reply/#why-it-happens" = "/late-reply/#ITS-NEW-ID"' in said
    assert '    "/late-copy/" = "/ITS-NEW-PLACE"' in said

    gone = re.findall(r'^    "(.*?)" = ', said, re.M)  # its embed and its pictures, too
    others = {old: PAGE if old.endswith("/") else old.replace("copy", "reply") for old in gone}
    lines = (f'"{old}" = "{new}"\n' for old, new in {**others, **MOVED}.items())
    (permalinks / "redirects.toml").write_text(f"[moved]\n{''.join(lines)}", "utf-8")
    site(project)
    assert lost(project) == "\n"
    tab = browser.new_page(locale="en-US")
    with served(project / "site") as server:
        tab.goto(f"{server.address}late-reply/#why-it-happens")
        assert tab.locator("#reason").bounding_box()["y"] < 200  # type: ignore[index]
        tab.goto(f"{server.address}c/late-copy/#promises")
        tab.wait_for_url(f"{server.address}en/late-reply/#late-reply")
    tab.close()
