"""A page says at its head what is seen, which errors it explains, and what else it is called."""

import re
from typing import Any

import pytest
import yaml

from site_build.front import FrontError, check
from site_build.snippets import LANGUAGES, ROOT
from tests.docs.claims import GUIDED, PATTERNS
from tests.docs.parsed import Page

CHINESE = re.compile("[\u4e00-\u9fff]")
every_claim = pytest.mark.parametrize("claim", GUIDED)  # and every pattern
every_language = pytest.mark.parametrize("language", LANGUAGES)
WHOLE = {"description": "d", "symptoms": ["a: b"], "aliases": ["c"]}


def front(language: str, claim: str) -> dict[str, Any]:
    text = (ROOT / "docs" / language / f"{claim}.md").read_text("utf-8")
    meta: dict[str, Any] = yaml.safe_load(text.partition("---\n")[2].partition("\n---\n")[0])
    return meta


def messages(claim: str) -> list[str]:
    found: list[str] = front("en", claim).get("messages", [])
    return found


def stands_in(message: str, text: str) -> bool:
    """Whether a text has a message; its "…" is what differs from time to time."""
    parts = [re.escape(part) for part in message.split("…")]
    return bool(re.search(r"\S+".join(parts), text))


@every_language
@every_claim
def test_a_claim_has_two_to_eight_symptoms_and_aliases(claim: str, language: str) -> None:
    meta = front(language, claim)
    check(meta, is_claim=claim not in PATTERNS, is_pattern=claim in PATTERNS)
    for key in ("symptoms", "aliases"):
        assert 2 <= len(set(meta[key])) == len(meta[key]) <= 8, f"{claim}, {key}: {meta[key]}"


@every_claim
def test_symptoms_are_in_the_pages_language(claim: str) -> None:
    assert all(CHINESE.search(text) for text in front("zh", claim)["symptoms"])
    for key in ("symptoms", "aliases"):
        found = [text for text in front("en", claim)[key] if CHINESE.search(str(text))]
        assert not found, f"docs/en/{claim}.md, {key}: {found}"


@every_claim
def test_messages_are_the_same_in_both_languages(claim: str) -> None:
    assert front("zh", claim).get("messages", []) == messages(claim)


@every_language
@every_claim
def test_a_message_stands_on_its_page_as_text(claim: str, language: str, pages: list[Page]) -> None:
    name = f"{'en/' if language == 'en' else ''}{claim}/index.html"
    (page,) = [page for page in pages if page.name == name]
    text = " ".join(page.one("article").text.split())
    missing = [message for message in messages(claim) if not stands_in(message, text)]
    assert not missing, f"docs/{language}/{claim}.md: must say {missing}, verbatim"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"description": None}, "needs `description: …`"),
        ({"description": " "}, "needs `description: …`"),
        ({"symptoms": None}, "needs `symptoms:` with a list"),
        ({"symptoms": []}, "needs `symptoms:` with a list"),
        ({"symptoms": "hangs"}, "needs `symptoms:` with a list"),
        ({"aliases": None}, "needs `aliases:` with a list"),
        ({"messages": []}, "needs `messages:` with a list"),
        ({"messages": [{"TypeError": "x"}]}, "messages, number 1: put it in quotes"),
        ({"symptoms": ["a", ""]}, "symptoms, number 2: put it in quotes"),
        ({"aliases": [422, 1.1]}, "aliases, number 2: put it in quotes"),
        ({"symptons": ["a"]}, "there is no key 'symptons'; there are: description, symptoms"),
    ],
    ids=str,
)
def test_a_front_matter_that_is_not_right_is_refused(
    change: dict[str, Any], complaint: str
) -> None:
    meta = {key: value for key, value in {**WHOLE, **change}.items() if value is not None}
    with pytest.raises(FrontError, match=re.escape(complaint)):
        check(meta, is_claim=True)


def test_a_page_that_makes_no_claim_needs_no_symptoms() -> None:
    check({"description": "d", "hide": ["toc"]}, is_claim=False)
    check(WHOLE, is_claim=True)


def test_a_pattern_says_what_it_is_and_no_other_page_does() -> None:
    check({**WHOLE, "kind": "pattern"}, is_claim=False, is_pattern=True)
    with pytest.raises(FrontError, match="needs `kind: pattern`"):
        check(WHOLE, is_claim=False, is_pattern=True)
    with pytest.raises(FrontError, match="needs `symptoms:` with a list"):
        check({"description": "d", "kind": "pattern"}, is_claim=False, is_pattern=True)
    for kind in ("pattern", "claim"):
        with pytest.raises(FrontError, match=f"has kind '{kind}'"):
            check({**WHOLE, "kind": kind}, is_claim=True)
