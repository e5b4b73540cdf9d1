"""The guide on a few sheets: each claim and pattern is there, in the words of its own page."""

import re

import pytest
from markdown import Markdown

from site_build.guide_fences import guide
from site_build.headings import NoPlaceError
from site_build.page import current
from site_build.snippets import LANGUAGES
from site_build.summary import boxes, parts
from site_build.summary.boxes import SummaryError, box, claim, elsewhere, section, use
from tests.docs.claims import CLAIMS, NAVIGATION, PATTERNS
from tests.docs.parsed import Page

every_language = pytest.mark.parametrize("language", LANGUAGES)
BOX = '# T {#t}\n\n<div class="verdict" markdown>\n\n%s\n\n</div>\n\n## Part {#part}\n\nText.\n'
LAST = "Ifyourememberonething¶"
# What a sentence says of the place where it stands is wrong in another place.
PLACES = re.compile(r"\b(?:below|this page|shown here)\b|下面|上面|本页", re.I)


def squeezed(text: str) -> str:
    """A text without the spaces and line ends that differ from one place to another."""
    return "".join(text.split())


def found(pages: list[Page], language: str, name: str) -> Page:
    folder = "" if language == "zh" else f"{language}/"
    (page,) = [page for page in pages if page.name == f"{folder}{name}/index.html"]
    return page


def entries(page: Page) -> dict[str, list[str]]:
    """Of each claim and pattern on the page: the passages that follow its title, by its id."""
    told: dict[str, list[str]] = {}
    inside = iter(page.all("p", "a", "h2"))
    name = ""
    for element in inside:
        if element.tag == "h2" or "group" in element.classes:
            name = ""
        elif "truth" in element.classes:
            name = next(inside).attrs["href"].removeprefix("../").removesuffix("/")
            told[name] = []
        elif name and element.tag == "p":
            told[name].append(squeezed(element.text))
    return told


def verdict(page: Page) -> str:
    (found,) = [element for element in page.all("div") if "verdict" in element.classes]
    return squeezed(found.text)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page at hand is an English one, and the navigation is the site's."""
    monkeypatch.setattr(current, "language", "en")
    monkeypatch.setattr(current, "root", "../")
    monkeypatch.setattr("site_build.summary.parts.navigation", NAVIGATION)


@pytest.fixture
def says(tmp_path, monkeypatch: pytest.MonkeyPatch, page: None):
    """Writes a page with a verdict box of some paragraphs."""
    monkeypatch.setattr(boxes, "ROOT", tmp_path)
    folder = tmp_path / "docs" / "en"
    folder.mkdir(parents=True)
    return lambda text: (folder / "x.md").write_text(BOX % text, "utf-8")


# -- on the built page --------------------------------------------------------------------------


@every_language
def test_every_claim_and_pattern_is_there_once_in_the_navigations_order(
    language: str, pages: list[Page]
) -> None:
    listed = [e.text for e in found(pages, language, "summary").all("span") if "at" in e.classes]
    assert listed == [f"{name}/" for name in [*CLAIMS, *PATTERNS]]
    assert list(entries(found(pages, language, "summary"))) == [*CLAIMS, *PATTERNS]


@every_language
def test_a_claim_says_what_its_own_box_says(language: str, pages: list[Page]) -> None:
    told = entries(found(pages, language, "summary"))
    for name in CLAIMS:
        said, fix = told[name]
        assert said in verdict(found(pages, language, name)), name  # the belief, and the verdict
        assert verdict(found(pages, language, name)).endswith(fix), name


@every_language
def test_a_pattern_says_when_it_is_used_as_its_own_box_does(
    language: str, pages: list[Page]
) -> None:
    told = entries(found(pages, language, "summary"))
    for name in PATTERNS:
        (when,) = told[name]
        assert when in verdict(found(pages, language, name)), name


@every_language
def test_it_ends_with_the_mental_model_and_its_questions(language: str, pages: list[Page]) -> None:
    model = squeezed(found(pages, language, "mental-model").one("article").text)
    every = found(pages, language, "summary").all("div", "p", "li", "h2")
    after = [squeezed(e.text) for e in every if "summary" not in e.classes]
    (start,) = [n for n, text in enumerate(after) if text in ("如果只记一句话¶", LAST)]
    told = [text for text in after[start + 1 :] if text in model]
    assert len(told) >= 2 + 1 + 1 + 4 + 1  # the box, a title, what is asked, questions, examples


@every_language
def test_the_home_page_leads_to_it(language: str, pages: list[Page]) -> None:
    folder = "" if language == "zh" else f"{language}/"
    (home,) = [page for page in pages if page.name == f"{folder}index.html"]
    assert "summary/" in [link.attrs.get("href") for link in home.all("a")]


# -- what it is made of -------------------------------------------------------------------------


@every_language
@pytest.mark.parametrize("name", [*CLAIMS, *PATTERNS])
def test_what_is_quoted_does_not_speak_of_its_place(
    name: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "language", language)
    quoted = use(name) if name in PATTERNS else f"{claim(name).belief} {claim(name).fix}"
    assert not PLACES.search(quoted), (
        f"docs/{language}/{name}.md: the box is quoted on the page `summary`, too: "
        f"make a link of {PLACES.findall(quoted)}"
    )


@pytest.mark.usefixtures("page")
def test_a_link_leads_to_the_same_place_from_another_page() -> None:
    text = (
        "[a](#right), [b](create-task.md), [c](create-task.md#right) `d](#e)` [f](https://g.test)"
    )
    assert elsewhere(text, "sequential-order") == (
        "[a](../sequential-order/#right), [b](../create-task/), [c](../create-task/#right) "
        "`d](#e)` [f](https://g.test)"
    )
    with pytest.raises(NoPlaceError, match=r"docs/en/create-task\.md has no heading {#left}"):
        elsewhere("[a](#left)", "create-task")


@pytest.mark.parametrize(
    "text",
    ["**The belief:** a", "**A:** a\n\nb\n\n**C:** c", "**A:** a\n\n**B:** b\n\n**C:** c\n\nd"],
    ids=["one paragraph", "no bold words", "four paragraphs"],
)
def test_a_box_of_another_shape_is_an_error_that_names_the_file(says, text: str) -> None:
    says(text)
    with pytest.raises(SummaryError, match=r"docs/en/x\.md: the verdict box needs three"):
        claim("x")
    with pytest.raises(SummaryError, match=r"docs/en/x\.md: the verdict box needs three"):
        use("x")


def test_a_box_is_read_paragraph_by_paragraph(says) -> None:
    says("**The belief:** a\n\n**Verdict: `b`.** Because.\n\n**The fix:** c")
    told = claim("x")
    assert (told.belief, told.verdict) == ("**The belief:** a", "**Verdict: `b`.**")
    assert told.fix == "**The fix:** c"
    assert section("x", "part") == ("Part", "Text.")


def test_a_page_without_what_is_asked_for_is_an_error_that_names_the_fix(says) -> None:
    says("")
    with pytest.raises(SummaryError, match=r'docs/en/x\.md has no `<div class="verdict"'):
        box("x")
    with pytest.raises(SummaryError, match=r"docs/en/x\.md has no heading `## … {#none}`"):
        section("x", "none")
    with pytest.raises(SummaryError, match=r"there is no docs/en/y\.md"):
        box("y")


@pytest.mark.usefixtures("page")
def test_an_unknown_part_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(SummaryError, match="there are: file, claims, patterns, model"):
        parts.part("clams")


@pytest.mark.usefixtures("page")
def test_a_mark_leads_to_what_it_rests_on() -> None:
    html = parts.part("claims")
    assert html.count('class="claim"') >= 3
    assert 'href="../evidence/#yield-function-0-121-0"' in html
    assert "{ data-claim" not in html


@pytest.mark.usefixtures("page")
def test_a_search_finds_the_pages_that_are_quoted_and_not_the_quotation() -> None:
    told = guide("", "summary", "summary", {"value": "patterns"}, Markdown())
    assert re.fullmatch(r"<!--aside \d+-->", told)
    assert "own-session/" in current.put_back(told)
