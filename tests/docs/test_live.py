"""What the build gives a sandbox: its code, its story, and what to compare its run with."""

import html
import json
import re
from functools import cache
from importlib.metadata import version

import pytest
from pydantic import TypeAdapter

from recorder import Request, Story, load_story
from site_build import live
from site_build.invariants import invariant_of
from site_build.page import current
from site_build.recordings import is_recorded, recording
from site_build.snippets import LANGUAGES, ROOT, Snippet, names, snippet, variants
from tests.conftest import Site
from tests.docs.parsed import embedded

SNIPPETS = [snippet(f"{name}/{variant}") for name in names() for variant in variants(name)]
LIVE = [found.id for found in SNIPPETS if found.is_live]
OTHERS = [found.id for found in SNIPPETS if not found.is_live and is_recorded(found)]
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


@cache
def sandboxes(site: Site, language: str) -> dict[str, str]:
    """The HTML of every sandbox in a language, by the id of its snippet."""
    folder = site.folder / "en" if language == "en" else site.folder
    texts = [path.read_text("utf-8") for path in folder.glob("*/index.html")]
    found = re.findall(r"<live-sandbox.*?</live-sandbox>", "".join(texts), re.S)
    return {re.findall(r'data-snippet="(.+?)"', text)[0]: text for text in found}


def attributes(text: str) -> dict[str, str]:
    """The attributes in single quotes, as a browser reads them."""
    head = text.partition(">\n")[0].partition("<div")[0]
    return {key: html.unescape(value) for key, value in re.findall(r" data-(\w+)='(.*?)'", head)}


def asked(found: Snippet) -> tuple[Request, ...]:
    """The requests of a snippet's story; one in JavaScript has none but its own."""
    if found.is_python:
        return load_story(found.path.parent / "story.toml", found.variant).requests
    return TypeAdapter(tuple[Request, ...]).validate_python(found.meta.get("requests", ()))


@in_both_languages
@pytest.mark.parametrize("snippet_id", LIVE)
def test_a_live_listing_carries_what_the_recorder_needs(
    snippet_id: str, language: str, site: Site
) -> None:
    text = sandboxes(site, language)[snippet_id]
    found, recorded = snippet(snippet_id), recording(snippet_id)
    told = attributes(text)
    data = json.loads(told["story"])
    assert data.pop("until", None) == found.meta.get("until")
    story = TypeAdapter(Story).validate_python(data, strict=False)
    assert story.requests == asked(found)
    assert story.budget == live.BUDGET
    assert float(told["until"]) >= recorded.end
    assert found.label(language) in told["title"]
    assert told["file"] == f"snippets/{snippet_id}{found.path.suffix}"
    assert told["recording"] == recorded.digest()
    assert text.count('data-part="status"') == 1
    promised = {key: told[key] for key in ("holds", "says", "pair") if key in told}
    if (one := invariant_of(found)) is None:
        assert promised == {}
    else:
        says = one.says[language]
        pair = {"pair": one.pair(found)} if one.fails else {}
        assert promised == {"holds": one.expression, "says": says, **pair}


@in_both_languages
@pytest.mark.parametrize("snippet_id", LIVE)
def test_the_last_listing_of_a_sandbox_is_the_whole_file(
    snippet_id: str, language: str, site: Site
) -> None:
    listings = re.findall(
        r'highlight">.*?<pre><span></span><code>(.*?)</code></pre>',
        sandboxes(site, language)[snippet_id],
        re.S,
    )
    assert html.unescape(re.sub(r"<[^>]+>", "", listings[-1])) == snippet(snippet_id).code


@in_both_languages
@pytest.mark.parametrize("snippet_id", LIVE)
def test_a_transcript_names_the_lines_of_the_listing(
    snippet_id: str, language: str, site: Site
) -> None:
    found = snippet(snippet_id)
    text = sandboxes(site, language)[snippet_id]
    named = re.findall(r"<li(?: data-line=\"(\d+)\")?>", text.rpartition("<ol>")[2])
    code, file = found.code.splitlines(), found.path.read_text("utf-8").splitlines()
    lines = [event.line for event in recording(snippet_id).events]
    assert [line and code[int(line) - 1] for line in named] == [
        (n and file[n - 1]) or "" for n in lines
    ]
    assert any(named) or not found.is_python  # a script without timers does nothing at a line


@in_both_languages
@pytest.mark.parametrize("snippet_id", OTHERS)
def test_a_listing_that_is_not_live_carries_nothing_and_says_why(
    snippet_id: str, language: str, site: Site
) -> None:
    text = sandboxes(site, language)[snippet_id]
    assert attributes(text) == {}
    assert "run-bar" not in text
    said = {"zh": "实测于", "en": "Measured on"}[language]
    assert said in re.findall(r'<p class="measured">(.*?)</p>', text)[0]


def test_quotes_in_a_story_do_not_end_its_attribute() -> None:
    found = snippet("sequential_order/wrong")
    told = live.attributes(found, 'it\'s <b>"so"</b> & so')
    assert attributes(f"<live-sandbox{told}>\n")["title"] == 'it\'s <b>"so"</b> & so'
    assert "<b>" not in told


def test_a_page_says_once_what_its_sandboxes_cannot_do(site: Site) -> None:
    for path in set(site.folder.rglob("index.html")) - set(embedded(site.folder)):
        text = path.read_text("utf-8")
        assert text.count('class="sandbox-limits"') == (" data-story=" in text), path


def test_both_languages_name_the_same_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {}
    for language in LANGUAGES:
        monkeypatch.setattr(current, "language", language)
        told[language] = live.limits("..")
    assert len({text.count("<li>") for text in told.values()}) == 1
    for text in told.values():
        assert "<code>fastapi " in text
        assert "{" not in text


def test_the_search_finds_none_of_it(site: Site) -> None:
    (index,) = (
        file.read_text("utf-8") for file in (site.folder / "assets" / "search").glob("en.*.json")
    )
    for words in (
        "data-story",
        "Recorded on a virtual clock",
        "sandbox-limits",
        "not run here",
    ):
        assert words not in index


@in_both_languages
@pytest.mark.parametrize("snippet_id", [one for one in LIVE if snippet(one).is_python])
def test_a_live_listing_names_its_fastapi_and_leads_to_what_is_said_of_others(
    snippet_id: str, language: str, site: Site
) -> None:
    text = sandboxes(site, language)[snippet_id]
    links = re.findall(r'<a class="runs-with"[^>]* href="#(\w+)"[^>]*>(.*?)</a>', text)
    page = snippet_id.partition("/")[0].replace("_", "-")
    text = (ROOT / "docs" / language / f"{page}.md").read_text("utf-8")
    where = "versions" if "{#versions}" in text else "evidence"
    assert set(links) == {(where, f"FastAPI {version('fastapi')}")}


@pytest.mark.parametrize("found", SNIPPETS, ids=lambda found: found.id)
def test_what_runs_without_fastapi_here_names_none(found: Snippet, site: Site) -> None:
    named = "runs-with" in sandboxes(site, "en").get(found.id, "")
    assert named == (found.is_live and found.is_python)
