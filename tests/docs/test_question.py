"""A page's question: its story has all of it, and the page all that its script compares."""

import copy
import html
import re
from typing import Any

import pytest

from site_build import parts
from site_build.page import current
from site_build.snippets import LANGUAGES, SnippetError, claims, story
from tests.conftest import Site


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The question of a story, which a test may break."""
    content = copy.deepcopy(story("sequential_order"))
    monkeypatch.setattr(parts, "story", lambda name: content)
    monkeypatch.setattr(current, "language", "en")
    question: dict[str, Any] = content["question"]
    return question


@pytest.mark.parametrize("key", ["variant", "ask", "why", "choices"])
def test_a_question_without_a_part_is_refused(key: str, told: dict[str, Any]) -> None:
    del told[key]
    with pytest.raises(SnippetError, match=f"missing: '{key}'"):
        parts.question("sequential_order")


@pytest.mark.parametrize("key", ["ask", "why"])
def test_a_question_in_one_language_is_refused(key: str, told: dict[str, Any]) -> None:
    del told[key]["en"]
    with pytest.raises(SnippetError, match="missing: 'en'"):
        parts.question("sequential_order")


@pytest.mark.parametrize("value", ["task.finished send_push = 3", "task.finished send_push <= 10"])
def test_a_question_without_exactly_one_answer_is_refused(value: str, told: dict[str, Any]) -> None:
    told["choices"][1 if "<=" in value else 2]["if"] = value
    with pytest.raises(SnippetError, match="exactly one choice must hold"):
        parts.question("sequential_order")


@pytest.mark.parametrize("name", claims())
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_the_question_with_its_conditions_and_its_reason(
    language: str, name: str, site: Site
) -> None:
    folder = site.folder / "en" if language == "en" else site.folder
    page = (folder / name.replace("_", "-") / "index.html").read_text("utf-8")
    asked = story(name)["question"]
    (box,) = re.findall(r'<div class="guess".*?</details>', page, re.S)
    said = re.findall(r'<li data-if="(.*?)">(.*?)</li>', box)
    choices = [(choice["if"], choice[language]) for choice in asked["choices"]]
    assert [tuple(map(html.unescape, pair)) for pair in said] == choices
    assert f'data-question="{name}" data-variant="{asked["variant"]}"' in box
    assert html.escape(asked["why"][language]) in box
