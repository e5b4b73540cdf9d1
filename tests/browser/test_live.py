"""Every live listing runs in the built site, and its recording is the build's own."""

import pytest

from site_build.snippets import names, snippet, variants
from tests.browser.engines import Tab
from tests.browser.sandbox import Sandbox, essence, expected
from tests.browser.server import Served
from tests.docs.parsed import parse

LISTED = """() => [...document.querySelectorAll("live-sandbox[data-story]")].map(
  (box) => box.dataset.snippet)"""


def live(name: str) -> list[str]:
    """The listings of a claim that readers can run."""
    found = [snippet(f"{name}/{variant}") for variant in variants(name)]
    return [one.id for one in found if one.is_live]


CLAIMS = [name for name in names() if live(name)]


def page(name: str, language: str = "") -> str:
    return f"{language}{name.replace('_', '-')}/"


def differs(snippet_id: str, sandbox: Sandbox) -> str:
    """What is wrong with a run, in a line; nothing if it agrees, or says that it cannot be here."""
    steps = sandbox.steps
    state = sandbox.run()
    suspends = sandbox.tab.evaluate("() => 'Suspending' in WebAssembly")
    if snippet(snippet_id).meta.get("needs") == "stacks" and not suspends:
        return "" if state == "unavailable" and sandbox.is_whole else f"{snippet_id} is {state}"
    if state != "done":
        return f"{snippet_id} is {state}: {sandbox.text('status')} {sandbox.text('console')}"
    here, there = essence(sandbox.recording), expected(snippet_id)
    if here != there:
        return f"{snippet_id} went otherwise:\n  here  {here}\n  there {there}"
    if sandbox.steps != steps:
        return f"{snippet_id} has other lines:\n  here  {sandbox.steps}\n  there {steps}"
    return ""


@pytest.mark.parametrize("name", CLAIMS)
def test_every_live_listing_runs_as_it_was_recorded(name: str, tab: Tab, watched: Served) -> None:
    tab.open(watched.address + page(name))
    assert sorted(set(tab.evaluate(LISTED))) == live(name)
    wrong = [told for one in live(name) if (told := differs(one, Sandbox(tab, one)))]
    assert not wrong, "\n".join(wrong)
    assert tab.wrong() == []


@pytest.mark.parametrize("language", ["", "en/"])
def test_a_run_says_in_the_pages_language_that_it_agrees(
    language: str, tab: Tab, watched: Served
) -> None:
    tab.open(watched.address + page("sequential_order", language))
    sandbox = Sandbox(tab, "sequential_order/right")
    assert sandbox.run() == "done"
    said = sandbox.text("status")
    assert ("✓ Same as recorded" if language else "✓ 与录制的一致") in said
    assert sandbox.is_whole


def test_both_languages_offer_the_same_listings(watched: Served) -> None:
    for name in CLAIMS:
        found = []
        for language in ("", "en/"):
            html = (watched.folder / page(name, language) / "index.html").read_text("utf-8")
            boxes = parse(name, html).all("live-sandbox")
            found.append([b.attrs["data-snippet"] for b in boxes if "data-story" in b.attrs])
        assert found[0] == found[1]
