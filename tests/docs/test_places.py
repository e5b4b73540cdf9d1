"""What can be linked to: each heading, listing, table and timeline, and each line of a listing."""

from collections import Counter

import pytest

from site_build.page import current
from site_build.permalinks.places import id_of, with_places
from site_build.snippets import snippet
from tests.conftest import Site
from tests.docs.parsed import Element, Page

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def links(page: Page) -> list[Element]:
    return [e for e in page.all("a") if "headerlink" in e.classes]


def listings(page: Page) -> list[str]:
    return [e.attrs["data-listing"] for e in page.all("div") if "data-listing" in e.attrs]


def test_each_heading_listing_and_timeline_has_one_permalink(pages: list[Page]) -> None:
    for page in pages:
        places = [e for e in page.all("div") if "place" in e.classes]
        drawn = [e for e in places if "data-timeline" in e.attrs]
        headings = [e for e in page.all(*HEADINGS) if "id" in e.attrs]
        assert len(drawn) == len([e for e in page.all("svg") if "tl" in e.classes]), page.name
        assert len(listings(page)) == len(list(page.all("live-sandbox"))), page.name
        assert len(links(page)) == len(places) + len(headings), page.name


def test_no_id_is_twice_on_a_page_and_each_is_plain_ascii(pages: list[Page]) -> None:
    for page in pages:
        ids = Counter(e.attrs["id"] for e in page.elements if "id" in e.attrs)
        assert [name for name, count in ids.items() if count > 1] == [], page.name
        assert all(link.attrs["href"].isascii() for link in links(page)), page.name


def test_each_line_of_a_listing_has_an_id_that_rests_on_the_listing_alone(
    pages: list[Page],
) -> None:
    for page in pages:
        for name in set(listings(page)):
            found = snippet(name)
            count = len(found.code.splitlines())
            wanted = {f"{id_of(found)}-{n}" for n in range(1, count + 1)}
            assert wanted <= page.ids, f"{page.name}: {sorted(wanted - page.ids)}"
            assert f"{id_of(found)}-{count + 1}" not in page.ids


def test_a_permalink_says_in_the_pages_language_what_it_leads_to(pages: list[Page]) -> None:
    for page in pages:
        titles = {e.attrs.get("title", "") for e in links(page)} - {""}
        assert titles <= {"Link to this" if page.name.startswith("en/") else "到这里的链接"}


MADE = """<h2 id="one">One <code>x</code><a class="headerlink" href="#one" title="¶">¶</a></h2>
<table><tr><td>1</td></tr></table><div class="table-box" tabindex="0"><table></table></div>
<div class="language-console highlight"><pre>a</pre></div>
<live-sandbox><div class="language-python highlight"><pre>b</pre></div></live-sandbox>
<h2 id="two">Two<a class="headerlink" href="#two" title="¶">¶</a></h2>
<table><tr id="row-7"></tr></table>"""


def test_tables_and_plain_listings_are_named_by_their_heading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(current, "places", set())
    monkeypatch.setattr(current, "aside", [])
    monkeypatch.setattr(current, "language", "en")
    html = current.put_back(with_places(MADE))
    for name in ("one-table", "one-table-2", "one-code"):
        assert html.count(f'<div class="place" id="{name}"') == 1
    assert 'href="#one-table" aria-label="Table: One x"' in html
    assert html.count('class="place"') == 4
    assert '<div class="place" data-table><a class="headerlink" href="#row-7"' in html
    assert 'title="¶"' not in html


def test_what_a_permalink_offers_to_embed_and_to_show_is_there(
    site: Site, pages: list[Page]
) -> None:
    for page in pages:
        home, language = ("en/", "en") if page.name.startswith("en/") else ("", "zh")
        for name in listings(page):
            assert (site.folder / f"{home}embed/{name}/index.html").is_file(), page.name
        for place in (e for e in page.all("div") if "data-timeline" in e.attrs):
            drawn = f"timelines/{place.attrs['data-timeline']}.{language}.png"
            assert (site.folder / drawn).is_file(), page.name
