"""The built site: whole, linked, in two languages, under any address, from no other host."""

import re
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import pytest

from site_build.snippets import LANGUAGES, ROOT, names, variants
from tests.conftest import BASE, SITE_URL, Site
from tests.docs import shape
from tests.docs.parsed import Page

TARGETS = {"a": "href", "link": "href", "script": "src", "img": "src", "iframe": "src"}
SNIPPETS = [f"{name}/{variant}" for name in names() for variant in variants(name)]
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def address(page: Page) -> str:
    return urljoin(SITE_URL, page.name.removesuffix("index.html"))


def targets(page: Page) -> list[str]:
    """Where the page's links and loaded files lead, as whole addresses."""
    found = [e.attrs.get(TARGETS[e.tag], "") for e in page.all(*TARGETS)]
    return [urljoin(address(page), target) for target in found if target]


def content(pages: list[Page]) -> list[Page]:
    """The pages that have an address of their own."""
    return [page for page in pages if page.name != "404.html"]


def language(page: Page) -> str:
    return "en" if page.name.startswith("en/") else "zh"


def failures(found: dict[str, list[str]]) -> str:
    return "\n".join(f"{name}: {', '.join(what)}" for name, what in found.items() if what)


def test_the_build_prints_no_warning(site: Site) -> None:
    assert site.output == ""


def test_both_languages_have_all_pages(pages: list[Page]) -> None:
    built = {page.name for page in content(pages)}
    sources = [p.relative_to(ROOT / "docs") for p in (ROOT / "docs").glob("*/**/*.md")]
    folders = [str(p.with_suffix("")).removeprefix("zh/").removesuffix("index") for p in sources]
    assert built == {str(Path(folder, "index.html")) for folder in folders}


def test_no_raw_markdown_is_left_in_a_page(pages: list[Page]) -> None:
    signs = ("```", "--8<--", "data-claim=", "{#", "{: ", "!!! ", "??? ")
    found = {p.name: [s for s in signs if s in p.one("article").text] for p in pages}
    assert not failures(found), f"{failures(found)}\nlook for a fence or a mark that was not taken"


def test_no_listing_drawing_or_transcript_is_empty(pages: list[Page]) -> None:
    kinds = {"pre": "", "svg": "tl", "details": "transcript", "div": "timeline"}
    empty = {
        page.name: [
            f"<{e.tag} class={e.attrs.get('class', '')!r}>"
            for e in page.all(*kinds)
            if (e.tag == "pre" or kinds[e.tag] in e.classes) and not e.text.strip()
        ]
        for page in pages
    }
    assert not failures(empty)


def test_no_column_of_a_table_is_without_a_head(pages: list[Page]) -> None:
    empty = [page.name for page in pages for head in page.all("th") if not head.text.strip()]
    assert empty == []


def test_every_internal_target_exists(site: Site, pages: list[Page]) -> None:
    ids = {address(page): page.ids for page in pages}
    missing: dict[str, list[str]] = {}
    for page in pages:
        for target in targets(page):
            if not target.startswith(SITE_URL):
                continue
            where, anchor = urldefrag(target)
            path = unquote(urlsplit(where).path).removeprefix(BASE)
            file = site.folder / (f"{path}index.html" if path.endswith("/") or not path else path)
            known = not anchor or unquote(anchor) in ids.get(where, set())
            if not file.is_file() or not known:
                missing.setdefault(page.name, []).append(target)
    assert not failures(missing)


def test_every_page_stays_below_the_sub_path(pages: list[Page]) -> None:
    host = urljoin(SITE_URL, "/")
    escaped = {
        page.name: [t for t in targets(page) if t.startswith(host) and not t.startswith(SITE_URL)]
        for page in pages
    }
    assert not failures(escaped)


def test_a_page_loads_nothing_from_another_host(pages: list[Page]) -> None:
    foreign = {
        page.name: [
            e.attrs[TARGETS[e.tag]]
            for e in page.all("script", "link", "img", "iframe")
            if "//" in e.attrs.get(TARGETS[e.tag], "")
            and e.attrs.get("rel", "").strip() not in ("canonical", "alternate")  # load nothing
        ]
        for page in pages
    }
    assert not failures(foreign)


def test_no_stylesheet_names_another_host(site: Site) -> None:
    remote = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)\s]+")
    sheets = {
        str(f.relative_to(site.folder)): f.read_text("utf-8") for f in site.folder.rglob("*.css")
    }
    inline = {name: remote.findall(text) for name, text in sheets.items()}
    assert sheets
    assert not failures(inline)


def test_the_404_page_speaks_both_languages_and_works_under_the_sub_path(pages: list[Page]) -> None:
    (page,) = [page for page in pages if page.name == "404.html"]
    article = page.one("article").text
    assert "页面不存在" in article
    assert "Page not found" in article
    assert {SITE_URL, f"{SITE_URL}en/"} <= set(targets(page))
    loaded = [
        e.attrs[TARGETS[e.tag]] for e in page.all("link", "script") if TARGETS[e.tag] in e.attrs
    ]
    assert all(target.startswith(BASE) for target in loaded), loaded


def test_the_404_page_switches_to_the_home_pages(pages: list[Page]) -> None:
    (page,) = [page for page in pages if page.name == "404.html"]
    links = [e.attrs for e in page.all("a") if "hreflang" in e.attrs]
    switch = {link["hreflang"]: urljoin(BASE, link["href"]) for link in links}
    assert switch == {"zh": BASE, "en": f"{BASE}en/"}, "web/theme: the switch of the 404 page"


def test_a_page_names_its_language(pages: list[Page]) -> None:
    found = {page.name: page.one("html").attrs.get("lang") for page in content(pages)}
    assert found == {page.name: language(page) for page in content(pages)}


def test_a_page_has_a_title_and_a_description_of_its_own(pages: list[Page]) -> None:
    said = {
        page.name: next(
            e.attrs["content"] for e in page.all("meta") if e.attrs.get("name") == "description"
        )
        for page in content(pages)
    }
    assert all(said.values())
    assert len(set(said.values())) == len(said), f"add `description:` to the front matter: {said}"


def test_a_page_names_its_public_address(pages: list[Page]) -> None:
    for page in content(pages):
        (canonical,) = [e for e in page.all("link") if e.attrs.get("rel") == "canonical"]
        assert canonical.attrs["href"] == address(page)


def test_a_page_names_its_other_language(pages: list[Page]) -> None:
    for page in content(pages):
        found = [e.attrs for e in page.all("link") if e.attrs["rel"].split() == ["alternate"]]
        path = address(page).removeprefix(SITE_URL).removeprefix("en/")
        zh, en = SITE_URL + path, f"{SITE_URL}en/{path}"
        told = {link["hreflang"]: link["href"] for link in found if "hreflang" in link}
        assert told == {"zh": zh, "en": en, "x-default": en}


def test_the_sitemap_lists_each_page_with_both_languages(site: Site, pages: list[Page]) -> None:
    root = ElementTree.parse(site.folder / "sitemap.xml").getroot()
    listed = {}
    for entry in root.findall("s:url", NAMES):
        links = {e.attrib["hreflang"]: e.attrib["href"] for e in entry.findall("x:link", NAMES)}
        listed[entry.findtext("s:loc", "", NAMES)] = links
    expected = {}
    for page in content(pages):
        path = address(page).removeprefix(SITE_URL).removeprefix("en/")
        expected[address(page)] = {"zh": SITE_URL + path, "en": f"{SITE_URL}en/{path}"}
    assert listed == expected


@pytest.mark.parametrize("snippet", SNIPPETS)
@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_snippet_is_on_a_page(locale: str, snippet: str) -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "docs" / locale).rglob("*.md")]
    assert any(snippet in shape.snippets_shown(text) for text in texts), (
        f"snippets/{snippet} is on no page of docs/{locale}; "
        f'show it (```python sandbox="{snippet}") or remove it'
    )
