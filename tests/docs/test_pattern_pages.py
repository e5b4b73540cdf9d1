"""The page of a pattern has one grammar; who leaves a part out is told which, and what to do."""

import ast
from pathlib import Path

import pytest

from site_build import downloads, snippets
from site_build.snippets import LANGUAGES, ROOT
from tests.docs import shape
from tests.docs.claims import NAVIGATION
from tests.docs.pattern_grammar import complaints, sections

PAGE = """---
kind: pattern
---

# Charge once {#charge-once}

<div class="verdict" markdown>

**You get:** one charge.

</div>

## The app {#app}

```python sandbox="charge_once/app"
```

```sh
pip install -r requirements.txt
uvicorn app:app
```

### A part {#a-part}

## Promises {#promises}

| promise | kept by | test |
|---|---|---|
| once | `a | b` | `test_once` |
| twice | words | `test_twice` |

## Costs {#what-it-costs}

## Breaks {#what-breaks-it}

## Check {#check-your-code}

## Evidence {#evidence}

```proof src="charge_once"
```
"""
TESTS = {"test_once", "test_twice"}


def promised(name: str) -> set[str]:
    tree = ast.parse(downloads.files(name)["test_app.py"])
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name for node in functions if node.name.startswith("test_")}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", snippets.patterns())
def test_the_page_of_a_pattern_keeps_the_grammar(name: str, language: str) -> None:
    page = downloads.page_of(name)
    text = (ROOT / "docs" / language / f"{page}.md").read_text("utf-8")
    said = complaints(page, text, promised(name), downloads.commands(name))
    told = "\n".join(f"docs/{language}/{page}.md: {one}" for one in said)
    assert not said, f"{told}\n(the grammar is told in CONTRIBUTING.md, `A pattern`)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_the_kind_pattern_has_an_app_to_copy(language: str) -> None:
    pages = sorted(Path(ROOT, "docs", language).glob("*.md"))
    marked = [path.stem for path in pages if "kind" in shape.front_matter(path.read_text("utf-8"))]
    known = [downloads.page_of(name) for name in snippets.patterns()]
    assert marked == known, "`kind: pattern` at the head, and `requirements` in story.toml"


def test_a_group_of_the_navigation_holds_claims_alone_or_patterns_alone() -> None:
    for group in NAVIGATION.groups:
        apps = [page for page in group.pages if page in NAVIGATION.patterns]
        assert apps in ([], group.pages), f"mkdocs.yml: {group.titles['en']} mixes them: {apps}"


def test_every_pattern_is_in_a_group() -> None:
    known = {downloads.page_of(name) for name in snippets.patterns()}
    left = sorted(known - set(NAVIGATION.patterns))
    assert not left, f"mkdocs.yml: put {left} into the group of patterns in the nav"


# -- the grammar itself -------------------------------------------------------------------------


def test_a_whole_page_is_accepted() -> None:
    assert complaints("charge-once", PAGE, TESTS, ["uvicorn app:app"]) == []
    varied = PAGE.replace("## Check", "## PostgreSQL {#variations}\n\n## Check")
    varied = varied.replace("\nuvicorn", "\nWAIT_S=10 DATABASE= uvicorn")
    assert complaints("charge-once", varied, TESTS, ["uvicorn app:app"]) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("kind: pattern", "hide: [toc]", "the front matter needs `kind: pattern`"),
        ("# Charge once {#charge-once}", "# Charge {#charge}", "`# … {#charge-once}`"),
        ('class="verdict"', 'class="box"', 'a box `<div class="verdict" markdown>`'),
        ("## Costs {#what-it-costs}\n", "", "there is no section `## … {#what-it-costs}`"),
        ("{#what-breaks-it}", "{#breaks}", "there is no section `## … {#what-breaks-it}`"),
        ("## Check", "## More {#more}\n\n## Check", "make {#more} a part, `###`, of one"),
        ("## Costs", "## More {#variations}\n\n## Costs", "the sections stand in another order"),
        ('python sandbox="charge_once/app"', "python", '{#app} needs ```python sandbox="ch'),
        ("\nuvicorn app:app\n", "\n", "needs the command `uvicorn app:app` of story.toml"),
        ("| twice | words | `test_twice` |\n", "", "has no row with `test_twice` of test_app.py"),
        ("`test_twice`", "`test_gone`", "names ['test_gone'], which test_app.py does not have"),
        (" | test |\n|---|---|---|", " |\n|---|---|", "has three columns"),
        ('src="charge_once"', 'src="charge"', '{#evidence} needs ```proof src="charge_once"'),
    ],
    ids=lambda text: text.strip().replace("\n", " ")[:30],
)
def test_what_is_missing_is_named_with_the_fix(old: str, new: str, complaint: str) -> None:
    assert old in PAGE
    said = complaints("charge-once", PAGE.replace(old, new), TESTS, ["uvicorn app:app"])
    assert complaint in "\n".join(said)


def test_a_comment_in_a_listing_begins_no_section() -> None:
    parts = sections("## A {#a}\n\n```sh\n## no {#section}\n```\n\n## B {#b}\n\nend\n")
    assert list(parts) == ["a", "b"]
    assert "```sh" in parts["a"]
