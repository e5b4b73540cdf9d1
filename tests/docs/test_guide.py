"""What leads to the pages leads to all of them: navigation, symptoms, related pages, home."""

import re
from pathlib import Path

import pytest

from site_build.headings import NoPlaceError, place
from site_build.navigation import Navigation
from site_build.page import current
from site_build.related import RelatedError, entries, leads_to, related
from site_build.snippets import LANGUAGES, ROOT
from site_build.symptoms import SymptomError, rows, symptoms
from tests.conftest import Site
from tests.docs import shape
from tests.docs.claims import CLAIMS, GUIDED, NAVIGATION, PATTERNS
from tests.docs.parsed import Page
from tests.docs.test_front import messages
from tests.docs.unmarked import unmarked

every_claim = pytest.mark.parametrize("claim", CLAIMS)
every_page = pytest.mark.parametrize("page", GUIDED)
every_language = pytest.mark.parametrize("language", LANGUAGES)
ROWS = [row for group in rows().values() for row in group]
LEADS_TO_A_PAGE = re.compile(r"\./[\w-]+/$")
TOLD = {row["message"]: row for row in ROWS if "message" in row}


def texts(language: str) -> dict[str, str]:
    folder = ROOT / "docs" / language
    return {path.stem: path.read_text("utf-8") for path in folder.glob("*.md")}


def address(language: str, page: str = "") -> str:
    return str(Path("" if language == "zh" else language, page, "index.html"))


# -- the navigation's groups --------------------------------------------------------------------


def test_each_page_with_a_proof_of_its_own_is_in_a_group() -> None:
    proved = {
        name
        for name, text in texts("en").items()
        if f'```proof src="{name.replace("-", "_")}"' in text
    }
    left = proved - {"mental-model"} - set(GUIDED)
    assert not left, f"mkdocs.yml: put these pages into a group of the nav: {sorted(left)}"
    assert len(set(GUIDED)) == len(GUIDED)


@every_language
def test_the_groups_are_the_sections_of_the_page_of_symptoms(language: str) -> None:
    text = texts(language)["symptoms"]
    titles = [title for title, _ in re.findall(r"^## (.+) \{#(.+)\}$", text, re.M)]
    asked = re.findall(r"^## .+ \{#(.+)\}\n\n```symptoms group=\"\1\"$", text, re.M)
    assert asked == list(rows()), "site_build/guide/symptoms.toml: another order, or other groups"
    of_claims = [group for group in NAVIGATION.groups if not {*group.pages} & {*PATTERNS}]
    groups = [group.titles[language] for group in of_claims[1:]]
    assert [title for title in titles if title in groups] == groups


def test_a_groups_title_is_translated() -> None:
    assert all(group.titles["zh"] != group.titles["en"] for group in NAVIGATION.groups)


# -- symptoms -----------------------------------------------------------------------------------


@every_claim
def test_the_page_of_symptoms_leads_to_each_claim(claim: str) -> None:
    led = [row for row in ROWS if row["to"].partition("#")[0] == claim]
    seen = [row for row in led if "see" in row]
    assert seen, f"site_build/guide/symptoms.toml: no row says what is seen of {claim}"


@every_page
def test_each_message_has_a_row(page: str) -> None:
    missing = [message for message in messages(page) if message not in TOLD]
    assert not missing, f"site_build/guide/symptoms.toml, [[messages]]: add {missing} of {page}"


@pytest.mark.parametrize("message", TOLD)
def test_a_messages_row_leads_to_a_page_that_explains_it(message: str) -> None:
    assert message in messages(TOLD[message]["to"].partition("#")[0])


@every_language
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["to"])
def test_a_row_names_no_time_and_no_version_that_nothing_holds(row: dict, language: str) -> None:
    found = [
        *unmarked(" · ".join(row[key][language] for key in ("see", "is", "fix") if key in row))
    ]
    assert not found, f"leave it to the page {row['to']}: {found}"


@every_language
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["to"])
def test_a_row_leads_to_a_heading(
    row: dict, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "language", language)
    assert place(row["to"])


@every_language
def test_each_row_is_on_the_page_of_symptoms(language: str, pages: list[Page]) -> None:
    (page,) = [page for page in pages if page.name == address(language, "symptoms")]
    heads = [element for element in page.all("th") if element.attrs.get("scope") == "row"]
    assert len(heads) == len(ROWS)


def test_a_row_that_leads_nowhere_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current, "language", "en")
    assert place("sequential-order#right")[0].endswith("sequential-order/#right")
    with pytest.raises(NoPlaceError, match=r"docs/en/sequential-order\.md has no heading {#left}"):
        place("sequential-order#left")
    with pytest.raises(NoPlaceError, match=r"there is no docs/en/no-such-page\.md"):
        place("no-such-page")
    with pytest.raises(SymptomError, match="there are: nothing-runs"):
        symptoms("no-such-group")


# -- related ------------------------------------------------------------------------------------


def test_each_page_says_what_it_is_about() -> None:
    file = "site_build/guide/claims.toml"
    assert set(entries()) == set(GUIDED), f"{file}: one entry for each claim and each pattern"


@every_page
def test_a_page_leads_to_two_to_four_others(page: str) -> None:
    others = entries()[page]["related"]
    assert 2 <= len(set(others)) == len(others) <= 4
    assert page not in others
    assert set(others) <= set(GUIDED)


@every_claim
def test_a_claim_is_led_to_by_another(claim: str) -> None:
    assert any(claim in entry["related"] for entry in entries().values())


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_leads_to_a_claim_which_then_leads_to_it(
    pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("site_build.related.navigation", NAVIGATION)
    others = [page for page in entries()[pattern]["related"] if page in CLAIMS]
    assert others, f"site_build/guide/claims.toml, [{pattern}]: name a claim that it mends"
    assert all(pattern in leads_to(claim) for claim in others)


def test_a_claim_leads_to_the_patterns_that_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "a": {"related": ["b", "q"]},
        "b": {"related": ["a"]},
        "p": {"related": ["a", "q"]},
        "q": {"related": ["a", "p"]},
    }
    monkeypatch.setattr("site_build.related.entries", lambda: told)
    monkeypatch.setattr(Navigation, "patterns", ["p", "q"])
    assert [leads_to(page) for page in told] == [["b", "q", "p"], ["a"], ["a", "q"], ["a", "p"]]


@every_language
@every_page
def test_a_page_ends_with_what_is_related(page: str, language: str, site: Site) -> None:
    text = (site.folder / address(language, page)).read_text("utf-8")
    last = text.partition('id="related"')[2].partition("</ul>")[0]
    assert not re.search(r"<h[23]", last)
    listed = re.findall(r'<li><a href="\.\./([\w-]+)/">', last)
    assert listed[: len(entries()[page]["related"])] == entries()[page]["related"]
    assert set(listed[len(entries()[page]["related"]) :]) <= set(PATTERNS)


def test_a_claim_without_an_entry_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current, "language", "en")
    with pytest.raises(RelatedError, match=r"claims\.toml needs \[no-such-claim\]"):
        related("no-such-claim")


# -- home ---------------------------------------------------------------------------------------


@every_language
def test_the_home_page_lists_every_claim_and_pattern(language: str, pages: list[Page]) -> None:
    (page,) = [page for page in pages if page.name == address(language)]
    listed = [
        e.attrs["href"] for e in page.all("a") if LEADS_TO_A_PAGE.match(e.attrs.get("href", ""))
    ]
    assert listed == [f"./{page}/" for page in GUIDED]
    titles = {shape.headings(texts(language)[page])[0] for page in GUIDED}
    assert len(titles) == len(GUIDED)
