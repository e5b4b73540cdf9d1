"""The glossary has each term in both languages, under one address."""

import re

import pytest

from site_build.snippets import LANGUAGES, ROOT

_ENTRY = re.compile(
    r"^### (?P<term>.+?) \{#(?P<id>[\w-]+)\}\n\n"
    r"\*(?P<other>.+?)\*\{ lang=(?P<lang>\w+) \}[。.] ?(?P<text>.+)$",
    re.M,
)


def entries(language: str) -> dict[str, dict[str, str]]:
    text = (ROOT / "docs" / language / "glossary.md").read_text("utf-8")
    found = {entry["id"]: entry.groupdict() for entry in _ENTRY.finditer(text)}
    assert len(found) == text.count("\n### "), "an entry begins with the other language's term"
    return found


ZH, EN = (entries(language) for language in LANGUAGES)


@pytest.mark.parametrize("name", ZH)
def test_a_term_names_its_counterpart(name: str) -> None:
    zh, en = ZH[name], EN[name]
    assert (zh["other"], zh["lang"]) == (en["term"], "en")
    assert (en["other"], en["lang"]) == (zh["term"], "zh")


@pytest.mark.parametrize("name", ZH)
def test_a_term_is_told_briefly_with_a_link(name: str) -> None:
    for entry in (ZH[name], EN[name]):
        assert re.search(r"\]\([a-z-]+\.md(#[\w-]+)?\)", entry["text"]), entry["text"]
    plain = re.sub(r"\]\([^)]*\)", "]", EN[name]["text"])
    assert len(plain.split()) <= 50, f"{name}: one or two sentences"
    assert len(re.sub(r"\]\([^)]*\)", "]", ZH[name]["text"])) <= 110


def test_no_term_is_there_twice() -> None:
    for found in (ZH, EN):
        terms = [entry["term"] for entry in found.values()]
        assert len(set(terms)) == len(terms)
