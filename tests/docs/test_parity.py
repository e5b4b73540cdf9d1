"""Both languages are one guide: the same pages with the same bones."""

from pathlib import Path

import pytest
from mkdocs.config import load_config

from site_build.snippets import LANGUAGES, ROOT
from tests.docs import shape

DOCS = ROOT / "docs"
PAGE = """---
description: d
---
# Title {#title}

Text with [10 s]{ data-claim="a/wrong task.finished x" } and a [link](other.md#part).

```python sandbox="a/wrong"
1. note
```

## Part {#part}

!!! warning
    Beware.

--8<-- "a/wrong.py:part"

| a | b |
|---|---|
| `x | y` | 2 |
"""


def tree(language: str) -> set[str]:
    folder = DOCS / language
    return {str(path.relative_to(folder)) for path in folder.rglob("*.*")}


def read(language: str, name: str) -> str:
    return (DOCS / language / name).read_text("utf-8")


PAGES = sorted(name for name in tree("zh") & tree("en") if name.endswith(".md"))
FILES = [f"{language}/{name}" for language in LANGUAGES for name in PAGES]


def test_both_languages_have_the_same_files() -> None:
    zh, en = tree("zh"), tree("en")
    assert zh == en, f"only in docs/zh: {sorted(zh - en)}, only in docs/en: {sorted(en - zh)}"


def test_there_are_no_other_folders_of_pages() -> None:
    assert sorted(path.name for path in DOCS.iterdir()) == ["en", "zh"]


@pytest.mark.parametrize("aspect", shape.ASPECTS)
@pytest.mark.parametrize("name", PAGES)
def test_both_languages_of_a_page_have_the_same(aspect: str, name: str) -> None:
    read_aspect = shape.ASPECTS[aspect]
    differ = shape.first_difference(read_aspect(read("zh", name)), read_aspect(read("en", name)))
    assert not differ, f"docs/*/{name}, {aspect}: {differ}; change both languages alike"


@pytest.mark.parametrize("name", FILES)
def test_every_heading_has_an_ascii_id_of_its_own(name: str) -> None:
    said = shape.bad_ids(Path(DOCS, name).read_text("utf-8"))
    assert not said, f"docs/{name}: {'; '.join(said)}"


@pytest.mark.parametrize("name", FILES)
def test_a_page_has_one_title_that_comes_first(name: str) -> None:
    levels = [level for level, _ in shape.headings(Path(DOCS, name).read_text("utf-8"))]
    assert levels[:1] == [1], f"docs/{name}: begin with `# title {{#id}}`"
    assert levels.count(1) == 1, f"docs/{name}: has {levels.count(1)} titles of level 1"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_in_the_navigation(name: str) -> None:
    def flat(entry: object) -> list[str]:
        if isinstance(entry, dict):
            return [name for inner in entry.values() for name in flat(inner)]
        if isinstance(entry, list):
            return [name for inner in entry for name in flat(inner)]
        return [str(entry)]

    nav = flat(load_config(str(ROOT / "mkdocs.yml")).nav)
    assert name in nav, f"mkdocs.yml: add {name} to nav; it has {nav}"


@pytest.mark.parametrize(
    ("aspect", "old", "new"),
    [
        ("front matter", "description: d", "description: d\nhide: [toc]"),
        ("headings", "{#part}", "{#teil}"),
        ("headings", "## Part", "### Part"),
        ("fences", 'sandbox="a/wrong"', 'sandbox="a/right"'),
        ("fences", "1. note", "1. note\n2. more"),
        ("quotations", "wrong.py:part", "wrong.py:whole"),
        ("tables", "| 2 |\n", "| 2 |\n| 3 | 4 |\n"),
        ("tables", "| a | b |", "| a | b | c |"),
        ("links", "other.md#part", "other.md"),
        ("claims", "task.finished x", "task.started x"),
        ("callouts", "!!! warning", "!!! note"),
    ],
    ids=lambda text: str(text).strip().replace("\n", " "),
)
def test_a_change_in_one_language_alone_is_reported(aspect: str, old: str, new: str) -> None:
    changed = PAGE.replace(old, new)
    parts = {
        name: shape.first_difference(look(PAGE), look(changed))
        for name, look in shape.ASPECTS.items()
    }
    assert changed != PAGE
    assert [name for name, differ in parts.items() if differ] == [aspect]


def test_the_report_names_what_each_language_has() -> None:
    differ = shape.first_difference(
        shape.headings(PAGE), shape.headings(PAGE.replace("{#part}", "{#teil}"))
    )
    assert differ == "number 2 is (2, 'part') in zh and (2, 'teil') in en"


def test_translated_words_make_no_difference() -> None:
    translated = PAGE.replace("Title", "标题").replace("Text with", "文字").replace("note", "说明")
    assert all(look(PAGE) == look(translated) for look in shape.ASPECTS.values())


@pytest.mark.parametrize(
    ("heading", "complaint"),
    [
        ("## 原因", "needs an id"),
        ("## Why {#Why_It}", "needs an id"),
        ("## Title again {#title}", "already taken"),
    ],
    ids=["missing", "not kebab case", "duplicate"],
)
def test_a_bad_heading_id_is_reported(heading: str, complaint: str) -> None:
    (said,) = shape.bad_ids(f"# Title {{#title}}\n\n{heading}\n")
    assert complaint in said


def test_a_comment_in_a_listing_is_no_heading() -> None:
    assert shape.headings("# T {#t}\n\n```python\n# no heading\n```\n") == [(1, "t")]
