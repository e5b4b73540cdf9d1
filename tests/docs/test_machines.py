"""What programs read: whole, in both languages, without our own marks, no link of it dead."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag
from xml.etree import ElementTree

import pytest

from evidence.rows import every
from site_build.machines.markdown import FENCE
from site_build.snippets import LANGUAGES, is_pattern, snippet, story, variants
from tests.conftest import SITE_URL, Site
from tests.docs.claims import GUIDED
from tests.docs.parsed import Page

ROOTS = {"zh": SITE_URL, "en": f"{SITE_URL}en/"}
# Signs of a fence or a mark that was not resolved, and of HTML.
SIGNS = ("```", "--8<--", "data-claim", "sandbox=", "{#", "{ data", "{: ", "<!--", "<div", "<span")
ATOM = "{http://www.w3.org/2005/Atom}"


def text_of(site: Site, address: str) -> str:
    return (site.folder / address.removeprefix(SITE_URL)).read_text("utf-8")


def prose(text: str) -> str:
    """The text without listings and without code in a line."""
    return re.sub(r"(`+).+?\1", "", FENCE.sub("", text))


def addresses(text: str) -> list[str]:
    """Where the links of Markdown lead."""
    found = re.findall(r"(?<!\\)\]\(([^)]*)\)|(?<!\\)<([^>\s]+)>", prose(text))
    return [bracket or angle for bracket, angle in found]


def is_there(site: Site, address: str, known: dict[str, set[str]]) -> bool:
    """Whether an address is whole, and leads to a file, and to an anchor, if it is ours."""
    where, anchor = urldefrag(address)
    if not where.startswith(SITE_URL):
        return re.match(r"https?://\w", where) is not None
    path = unquote(where.partition("?")[0]).removeprefix(SITE_URL)
    found = site.folder / (f"{path}index.html" if path.endswith("/") or not path else path)
    return found.is_file() and (
        not anchor or unquote(anchor) in known.get(where.partition("?")[0], ())
    )


@pytest.fixture(scope="session")
def content(pages: list[Page]) -> dict[str, Page]:
    """The pages that have an address of their own, by that address."""
    every = {SITE_URL + page.name.removesuffix("index.html"): page for page in pages}
    return {where: page for where, page in every.items() if page.name != "404.html"}


@pytest.fixture(scope="session")
def known(content: dict[str, Page]) -> dict[str, set[str]]:
    """The anchors of each page."""
    return {where: page.ids for where, page in content.items()}


@pytest.fixture(scope="session")
def texts(site: Site, content: dict[str, Page]) -> dict[str, str]:
    """Each page as Markdown, by the page's address."""
    return {where: text_of(site, f"{where}index.md") for where in content}


@pytest.fixture(scope="session")
def data(site: Site) -> dict[str, Any]:
    """What claims.json says."""
    told: dict[str, Any] = json.loads(text_of(site, f"{SITE_URL}claims.json"))
    return told


def test_a_page_begins_with_its_title_and_its_address(texts, content) -> None:
    for where, text in texts.items():
        title, empty, source, *_ = text.splitlines()
        shown = content[where].one("h1").text.removesuffix("¶").strip()
        assert re.sub(r"[`\\*]", "", title) == f"# {shown}".replace("*", ""), where
        assert (empty, source.partition("<")[2]) == ("", f"{where}>")


def test_no_fence_or_mark_is_left(texts) -> None:
    left = {where: [sign for sign in SIGNS if sign in prose(text)] for where, text in texts.items()}
    assert {where: signs for where, signs in left.items() if signs} == {}
    annotated = [where for where, text in texts.items() if re.search(r"\(\d+\)!", text)]
    assert annotated == []
    assert [where for where, text in texts.items() if re.search("^#.*¶", text, re.M)] == []


def listings(page: Page) -> list[str]:
    return [e.text.strip("\n") for e in page.all("pre")]


def test_every_listing_is_there_with_its_own_lines(texts, content) -> None:
    for where, text in texts.items():
        written = [fence.partition("\n")[2].rpartition("\n")[0] for fence in FENCE.findall(text)]
        shown = [re.sub(r"\((\d+)\)!", r"(\1)", code) for code in listings(content[where])]
        assert written == shown, where


def lines_told(site: Site, where: str) -> list[str]:
    """The lines of a page's transcripts."""
    html = text_of(site, f"{where}index.html")
    parts = re.findall(r'<details class="transcript">.*?</details>', html, re.S)
    return [unescape(line) for part in parts for line in re.findall(r"<li[^>]*>(.*?)</li>", part)]


def unescaped(text: str) -> str:
    return " ".join(text.replace("\\", "").split())


def test_a_drawing_is_there_as_its_transcript(site, texts) -> None:
    drawn = 0
    for where, text in texts.items():
        plain, told = unescaped(text), lines_told(site, where)
        drawn += len(told)
        assert [line for line in told if unescaped(line) not in plain] == [], where
    assert drawn


def test_links_are_whole_and_lead_somewhere(site, texts, known) -> None:
    for where, text in texts.items():
        found = addresses(text)
        assert found
        assert [a for a in found if not is_there(site, a, known)] == [], where


@pytest.mark.parametrize("language", LANGUAGES)
def test_llms_txt_is_as_its_description_wants_and_names_every_page(
    language, site, content, known
) -> None:
    title, empty, quote, *rest = text_of(site, f"{ROOTS[language]}llms.txt").splitlines()
    assert re.fullmatch("# .+", title)
    assert empty == ""
    assert re.fullmatch("> .+", quote)
    body = "\n".join(rest)
    detail, *sections = re.split(r"^## ", body, flags=re.M)
    assert "\n#" not in detail
    listed = []
    for section in sections:
        head, *lines = section.strip().splitlines()
        assert head
        entries = [re.fullmatch(r"- \[(.+)\]\((\S+)\): (.+)", line) for line in lines if line]
        assert entries
        assert all(entries), section
        listed += [entry[2] for entry in entries if entry]
    assert sections[-1].startswith("Optional\n")
    pages = [a.removesuffix("index.md") for a in listed if a.endswith("index.md")]
    own = {a for a in content if a.startswith(ROOTS["en"]) == (language == "en")}
    assert sorted(pages) == sorted(own)
    assert [a for a in listed if not is_there(site, a, known)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_llms_full_txt_has_every_page_but_the_measurements(language, site, texts) -> None:
    full = text_of(site, f"{ROOTS[language]}llms-full.txt")
    for where, text in texts.items():
        if where.startswith(ROOTS["en"]) == (language == "en"):
            body = text.split("\n", 4)[4]
            assert (body in full) == (not where.endswith("/evidence/")), where


def test_the_feed_has_every_claim_the_latest_first(site, content) -> None:
    found = {}
    for language in LANGUAGES:
        channel = ElementTree.fromstring(text_of(site, f"{ROOTS[language]}feed.xml"))[0]
        assert channel.findtext("link") == ROOTS[language]
        (itself,) = channel.findall(f"{ATOM}link")
        assert itself.attrib["href"] == f"{ROOTS[language]}feed.xml"
        items = channel.findall("item")
        dates = [parsedate_to_datetime(item.findtext("pubDate", "")) for item in items]
        assert dates == sorted(dates, reverse=True)
        assert parsedate_to_datetime(channel.findtext("lastBuildDate", "")) == dates[0]
        links = [item.findtext("link", "") for item in items]
        assert set(links) <= set(content)
        assert len({item.findtext("guid") for item in items}) == len(items)
        assert all(item.findtext(k) for item in items for k in ("title", "description", "category"))
        found[language] = [link.removeprefix(ROOTS[language]).rstrip("/") for link in links]
        for name, date in zip(found[language], dates, strict=True):
            verified = str(story(name.replace("-", "_"))["verified"])
            assert date >= datetime.fromisoformat(verified).replace(tzinfo=UTC)
    assert found["zh"] == found["en"]
    assert sorted(found["zh"]) == sorted(GUIDED)


def test_a_page_leads_to_its_feed_and_to_its_markdown(content) -> None:
    for where, page in content.items():
        links = [e.attrs for e in page.all("link") if e.attrs["rel"] == "alternate"]
        given = {link.get("type", "language"): link["href"] for link in links}
        up = "" if where in ROOTS.values() else "../"
        assert given["application/rss+xml"] == f"{up or './'}feed.xml".removeprefix("./")
        assert given["text/markdown"] == "index.md"


def test_claims_json_has_every_claim_and_pattern(data) -> None:
    assert data["site"] == SITE_URL
    assert sorted(claim["id"] for claim in data["claims"]) == sorted(GUIDED)
    for claim in data["claims"]:
        name = claim["id"].replace("-", "_")
        assert claim["kind"] == ("pattern" if is_pattern(name) else "claim")
        box = ("belief", "verdict", "fix") if claim["kind"] == "claim" else ("gives", "use_when")
        assert all(claim[key] for key in box)
        shown = [(one["id"], one["code"]) for one in claim["snippets"]]
        assert shown == [(f"{name}/{v}", snippet(f"{name}/{v}").code) for v in variants(name)]
        assert len(claim["invariants"]) == len(story(name).get("invariants", ()))
        assert claim["verified"] == str(story(name)["verified"])
        assert claim["permalink"] == f"{SITE_URL}c/{claim['id']}/"
        assert all(claim[key]["zh"] for key in ("symptoms", "aliases"))
        assert claim["messages"].keys() == set(LANGUAGES)
        assert claim["related"]
        assert set(claim["related"]) <= set(GUIDED)
        assert set(claim["rows"]) <= set(every())


def test_claims_json_leads_to_pictures_and_embeds_that_are_there(site, data) -> None:
    for claim in data["claims"]:
        leads = [claim["permalink"]]
        for one in claim["snippets"]:
            leads += [*one["embed"].values(), *(one["timeline"] or {}).values()]
        for lead in leads:
            file = site.folder / lead.removeprefix(SITE_URL)
            assert (file / "index.html" if lead.endswith("/") else file).is_file(), lead
    assert sum(bool(one["timeline"]) for claim in data["claims"] for one in claim["snippets"]) > 99


def in_two_languages(value: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """All values that differ by language, with their places."""
    if isinstance(value, dict) and set(LANGUAGES) <= value.keys():
        yield place, value["zh"], value["en"]
    elif isinstance(value, dict):
        for key, inside in value.items():
            yield from in_two_languages(inside, f"{place}/{key}")
    elif isinstance(value, list):
        for number, inside in enumerate(value):
            yield from in_two_languages(inside, f"{place}/{number}")


def test_claims_json_says_everything_in_both_languages(site, data, known) -> None:
    for place, zh, en in in_two_languages(data["claims"]):
        assert type(zh) is type(en), place
        assert bool(zh) == bool(en), place
        assert zh or place.endswith("/messages"), place
        found = addresses(f"{zh}\n{en}") if isinstance(zh, str) else []
        found += [zh, en] if place.endswith(("/address", "/markdown")) else []
        assert [a for a in found if not is_there(site, a, known)] == [], place


def test_nothing_of_it_names_this_machine(site) -> None:
    made = [p for p in Path(site.folder).rglob("*") if p.suffix in {".md", ".json", ".xml", ".txt"}]
    told = [str(path) for path in made if str(site.folder).encode() in path.read_bytes()]
    assert told == []
