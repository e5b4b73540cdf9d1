"""The embeds as they are built: all there, from one page each, led back, and not to be found."""

import base64
import json
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest

from site_build.embeds import address
from site_build.payload.carried import PIECE
from site_build.policy import source
from site_build.snippets import LANGUAGES, names, variants
from tests.conftest import SITE_URL, Site
from tests.docs.parsed import Page, embedded, parse
from tests.docs.test_site import TARGETS

IDS = [f"{name}/{variant}" for name in names() for variant in variants(name)]
PLACE = re.compile(r'<div class="place".*?</div>')  # which only a page has
_CARRIES = re.compile(r'document\.currentScript\.carries="([\w+/=]+)";')


def home(where: str) -> str:
    """The page that an embed is from, below the site's address."""
    *language, _, name, _ = where.rstrip("/").split("/")
    return "/".join([*language, name.replace("_", "-"), ""])


@pytest.fixture(scope="module")
def embeds(site: Site) -> dict[str, Page]:
    """All embeds, by their addresses."""
    files = {f"{file.parent.relative_to(site.folder)}/": file for file in embedded(site.folder)}
    return {where: parse(where, file.read_text("utf-8")) for where, file in files.items()}


def policy(page: Page) -> dict[str, list[str]]:
    """The sources that an embed's policy allows, by directive."""
    (said,) = (e.attrs["content"] for e in page.all("meta") if "http-equiv" in e.attrs)
    return {words[0]: words[1:] for words in (part.split() for part in said.split("; "))}


def test_each_listing_has_one_in_each_language(embeds: dict[str, Page]) -> None:
    assert embeds.keys() == {address(one, language) for one in IDS for language in LANGUAGES}


def test_the_path_says_the_language(embeds: dict[str, Page]) -> None:
    said = {where: page.one("html").attrs["lang"] for where, page in embeds.items()}
    assert said == {where: "en" if where.startswith("en/") else "zh" for where in embeds}


def box(html: str, snippet_id: str) -> str:
    """The first sandbox of a listing in a page."""
    start = html.rindex("<live-sandbox", 0, html.index(f'data-snippet="{snippet_id}"'))
    return html[start : html.index("</live-sandbox>", start)]


def test_it_is_what_the_page_shows(site: Site, embeds: dict[str, Page]) -> None:
    for where in embeds:
        snippet_id = where.partition("embed/")[2].rstrip("/")
        embed, page = (
            box((site.folder / one / "index.html").read_text("utf-8"), snippet_id)
            for one in (where, home(where))
        )
        shown = re.sub(r' target="_blank" rel="noopener" href="[^"#]*#', ' href="#', embed)
        assert shown.replace("<span hidden>!</span>", "!") == PLACE.sub("", page), where


def test_it_leads_back_in_a_tab_of_its_own(embeds: dict[str, Page]) -> None:
    for where, page in embeds.items():
        links = list(page.all("a"))
        leads = {urljoin(SITE_URL + where, e.attrs["href"]).partition("#")[0] for e in links}
        assert leads == {SITE_URL + home(where)}, where
        assert {(e.attrs["target"], e.attrs["rel"]) for e in links} == {("_blank", "noopener")}


def test_no_search_engine_takes_it_for_a_page(site: Site, embeds: dict[str, Page]) -> None:
    root = ElementTree.parse(site.folder / "sitemap.xml").getroot()
    assert not [e.text for e in root.iter() if re.search(r"/embed/\w", e.text or "")]
    for where, page in embeds.items():
        metas = {e.attrs.get("name", ""): e.attrs.get("content", "") for e in page.all("meta")}
        # Both at once would say of the page that it leads to that it is not to be found.
        assert "robots" not in metas
        assert metas["description"]
        (canonical,) = (e.attrs["href"] for e in page.all("link") if e.attrs["rel"] == "canonical")
        assert canonical == SITE_URL + home(where)


def test_it_asks_for_four_files_and_no_module(site: Site, embeds: dict[str, Page]) -> None:
    """A page without an origin can import no module, if the host sends no header."""
    wanted = {"assets/embed.css", "assets/embed.js", "assets/icon.svg"}
    for where, page in embeds.items():
        loaded = [
            e for e in page.all("script", "link", "img", "iframe") if TARGETS[e.tag] in e.attrs
        ]
        loaded = [e for e in loaded if e.attrs.get("rel") != "canonical"]
        found = {urljoin(SITE_URL + where, e.attrs[TARGETS[e.tag]]) for e in loaded}
        assert found == {SITE_URL + file for file in wanted}, where
        assert not [e.attrs for e in page.all("script") if "type" in e.attrs or "nonce" in e.attrs]
    assert all((site.folder / file).is_file() for file in wanted)


def test_its_policy_is_the_pages_own_and_names_the_site(embeds: dict[str, Page]) -> None:
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(SITE_URL))
    for page in embeds.values():
        inline = [source(e.text) for e in page.all("script") if "src" not in e.attrs]
        assert policy(page)["default-src"] == ["'self'", origin]
        assert policy(page)["script-src"] == ["'self'", origin, *inline]
        assert policy(page)["object-src"] == policy(page)["base-uri"] == ["'none'"]


def test_the_scripts_carry_the_payloads_bytes(site: Site) -> None:
    live, carried = site.folder / "assets/live", site.folder / "assets/carried"
    files = sorted(live.glob("*.zst"))
    assert files
    assert {path.name.rsplit(".", 2)[0] for path in carried.iterdir()} == {f.name for f in files}
    for file in files:
        count = -(-file.stat().st_size // PIECE)
        scripts = [(carried / f"{file.name}.{n}.js").read_text("ascii") for n in range(count)]
        texts = [_CARRIES.fullmatch(script) for script in scripts]
        assert b"".join(base64.b64decode(t[1]) for t in texts if t) == file.read_bytes()


def test_nothing_of_an_embed_is_in_the_search(site: Site) -> None:
    for file in site.folder.rglob("search_index.json"):
        told = json.loads(file.read_text("utf-8"))["docs"]
        assert not [doc["location"] for doc in told if re.match(r"(en/)?embed/\w", doc["location"])]


def test_the_piece_is_the_one_that_the_script_asks_for() -> None:
    script = Path("web/sandbox/carried.mjs").read_text("utf-8")
    assert re.search(r"const PIECE = 1 << (\d+);", script)[1] == str(PIECE.bit_length() - 1)  # type: ignore[index]
