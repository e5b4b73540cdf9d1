"""What only leads on: addresses without a language, pages and headings that have moved."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

from site_build.page import current
from site_build.permalinks.leads import Leads
from site_build.permalinks.places import with_moved
from site_build.permalinks.redirects import RedirectError, inside
from tests.conftest import SITE_URL
from tests.docs.parsed import Page, parse


@pytest.fixture(autouse=True)
def _page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page at hand, whatever another test has left there."""
    monkeypatch.setattr(current, "language", "zh")
    monkeypatch.setattr(current, "root", "../")


def leads(folder: Path) -> Leads:
    titles = {"zh": {"/": "首页", "/b/": "乙"}, "en": {"/": "Home", "/b/": "B & b"}}
    return Leads(folder, SITE_URL, titles)


def lead(folder: Path, name: str) -> Page:
    return parse(name, (folder / name / "index.html").read_text("utf-8"))


def test_a_page_leads_to_both_languages_without_javascript(tmp_path: Path) -> None:
    leads(tmp_path).publish({})
    for name, up in (("c/b", "../../"), ("c", "../")):
        page = lead(tmp_path, name)
        path = "b/" if name == "c/b" else ""
        links = {e.attrs["hreflang"]: e.attrs["href"] for e in page.all("a")}
        assert links == {"zh": f"{up}{path}", "en": f"{up}en/{path}"}
        metas = {
            e.attrs.get("name"): e.attrs["content"] for e in page.all("meta") if "name" in e.attrs
        }
        assert metas["robots"] == "noindex"
        (canonical,) = [e for e in page.all("link") if e.attrs["rel"] == "canonical"]
        assert canonical.attrs["href"] == f"{SITE_URL}{path}"
    assert [e.text for e in lead(tmp_path, "c/b").all("a")] == ["中文：乙", "English: B & b"]


def test_a_page_that_has_moved_leads_to_its_new_one_in_each_language(tmp_path: Path) -> None:
    leads(tmp_path).publish({"/a/": "/b/", "/a/#one": "/b/#two"})
    for name, href in (("a", "../b/"), ("en/a", "../../en/b/")):
        page = lead(tmp_path, name)
        (link,) = page.all("a")
        assert link.attrs["href"] == href
        (refresh,) = [e for e in page.all("meta") if e.attrs.get("http-equiv") == "refresh"]
        assert refresh.attrs["content"] == f"0; url={href}"
        assert json.loads(unescape(page.one("body").attrs["data-moved"])) == {"one": "b/#two"}
    assert len(list(lead(tmp_path, "c/a").all("a"))) == 2


def test_a_file_that_has_moved_is_at_both_addresses(tmp_path: Path) -> None:
    (tmp_path / "new.zip").write_bytes(b"x")
    leads(tmp_path).publish({"/patterns/old.zip": "/new.zip"})
    assert (tmp_path / "patterns/old.zip").read_bytes() == b"x"


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"/a/": "/nowhere/"}, "/nowhere/ is not there"),
        ({"/a.zip": "/b.zip"}, "a.zip leads to /b.zip, which is not there"),
        ({"/here.zip": "/b/"}, "/here.zip leads to /b/, but it is there"),
    ],
)
def test_a_redirect_that_cannot_be_built_is_refused(
    told: dict[str, str], complaint: str, tmp_path: Path
) -> None:
    (tmp_path / "here.zip").write_bytes(b"")
    with pytest.raises(RedirectError, match=re.escape(complaint)):
        leads(tmp_path).publish(told)


PAGE = '<h1 id="a">A</h1><h2 id="new">New</h2>'


def test_an_old_id_stands_in_the_heading_that_has_taken_its_place() -> None:
    html = with_moved(PAGE, "/a/", {"/a/#old": "/a/#new", "/b/#x": "/a/#new"})
    assert '<h2 id="new"><span class="alias" id="old"></span>New</h2>' in html
    assert 'id="x"' not in html


def test_an_old_id_leads_to_another_page() -> None:
    html = with_moved(PAGE, "/glossary/", {"/glossary/#old": "/sequential-order/#right"})
    assert '<p class="moved" id="old">' in html
    assert 'href="../sequential-order/#right"' in html


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"/a/#old": "/a/#x"}, "/a/#old leads to /a/#x, which is not there"),
        ({"/a/#new": "/a/#a"}, "but it is there"),
        ({"/a/#old": "/nowhere/#x"}, "there is no docs/"),
    ],
)
def test_an_old_id_that_leads_nowhere_is_refused(told: dict[str, str], complaint: str) -> None:
    with pytest.raises(RedirectError, match=re.escape(complaint)):
        with_moved(PAGE, "/a/", told)


def test_a_pages_old_ids_are_those_of_no_other() -> None:
    told = {"/a/#x": "/b/", "/ab/#y": "/b/", "/a/": "/b/"}
    assert inside("/a/", told) == {"x": "/b/"}
