"""The page of refuted answers: each says what is so, what is said, and which run refutes it."""

import re

import pytest

from site_build.claims import check, marks
from site_build.snippets import LANGUAGES, ROOT
from tests.docs import shape
from tests.docs.claims import CLAIMS

SAID = {"zh": "**有人说：**“", "en": '**It is said:** "'}


def refuted(language: str) -> dict[str, str]:
    """The statements by the id of their heading."""
    text = (ROOT / "docs" / language / "refuted-answers.md").read_text("utf-8")
    parts = re.split(r"^### .+ \{#(.+)\}$", text, flags=re.M)[1:]
    return {
        name: re.split(r"^## ", told, flags=re.M)[0]
        for name, told in zip(parts[::2], parts[1::2], strict=True)
    }


STATEMENTS = [(language, name) for language in LANGUAGES for name in refuted(language)]
every_statement = pytest.mark.parametrize(("language", "name"), STATEMENTS)


def test_there_are_ten_to_twenty() -> None:
    assert 10 <= len(refuted("en")) <= 20


@every_statement
def test_it_says_what_is_said_and_then_what_is_so(language: str, name: str) -> None:
    said, so = refuted(language)[name].strip().split("\n\n", 1)
    assert said.startswith(SAID[language])
    assert "\n\n" not in so, "one paragraph each"
    assert "**" in so


@every_statement
def test_a_run_refutes_it_and_a_claim_tells_more(language: str, name: str) -> None:
    told = refuted(language)[name]
    found = list(marks(told))
    assert found
    for mark in found:
        check(mark)
    pages = {link.partition(".md")[0] for link in shape.links(told)}
    assert pages & set(CLAIMS)


@every_statement
def test_it_leads_to_nobody(language: str, name: str) -> None:
    assert "://" not in refuted(language)[name]
