"""The page `evidence` has each row once, and whatever rests on a row leads there."""

import re
import tomllib
from dataclasses import replace

import pytest

from evidence.rows import every
from evidence.topics import topic_of
from site_build import values
from site_build.groups import grouped, parts
from site_build.measured import row_for
from site_build.page import current
from site_build.questions import shared, subject
from site_build.snippets import LANGUAGES, ROOT
from tests.conftest import Site
from tests.docs.parsed import Page
from tests.evidence.test_rows import GOOD

PAGES = {"zh": "evidence/index.html", "en": "en/evidence/index.html"}


def text_of(site: Site, language: str) -> str:
    return (site.folder / PAGES[language]).read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_row_is_on_the_page_once_with_its_command(language: str, site: Site) -> None:
    text = text_of(site, language)
    for row in every().values():
        assert text.count(f' id="{row.id}"') == 1, f"row {row.id} is not on {PAGES[language]} once"
        assert f"<code>{row.command}</code>" in text
        assert row.measured_on in text


@pytest.mark.parametrize("part", parts())
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_part_has_a_section(language: str, part: str) -> None:
    text = (ROOT / "docs" / language / "evidence.md").read_text("utf-8")
    assert f'```evidence rows="{part}"' in text, f"docs/{language}/evidence.md: show {part}, too"


def test_a_mark_that_rests_on_a_row_leads_to_it(pages: list[Page]) -> None:
    marks = 0
    for page in pages:
        for mark in page.all("a", "span"):
            if row_for(mark.attrs.get("data-claim", "").partition(" ")[0]):
                row_id = mark.attrs["data-evidence"]
                assert mark.attrs["href"].endswith(f"evidence/#{row_id}"), page.name
                marks += 1
    assert marks > 100


def test_a_mark_that_rests_on_a_recording_is_no_link(pages: list[Page]) -> None:
    for page in pages:
        for mark in page.all("a"):
            assert "data-claim" not in mark.attrs or mark.attrs["data-evidence"] in every()


def test_each_cell_of_a_table_that_rests_on_a_row_leads_to_it(pages: list[Page]) -> None:
    tables = [page for page in pages if page.name not in PAGES.values()]
    for page in tables:
        leads = {e.attrs["href"].partition("evidence/#")[2] for e in page.all("a")}
        cells = {e.attrs["data-evidence"] for e in page.all("td") if "data-evidence" in e.attrs}
        assert cells <= leads & every().keys(), page.name


def test_a_page_says_when_and_with_what_its_rows_were_measured(pages: list[Page]) -> None:
    named = {"when-to-use-a-queue": ("2026-", "celery ", "rq "), "record-your-app": ("anyio ",)}
    for name, words in named.items():
        for page in (page for page in pages if f"{name}/" in page.name):
            (line,) = (e.text for e in page.all("p") if "verified" in e.classes)
            assert all(word in line for word in words), line


def test_a_page_names_the_rows_that_are_older_than_the_locks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from site_build import verified

    monkeypatch.setattr(current, "language", "en")
    monkeypatch.setattr(current, "cited", {"old-row": None, "new-row": None})
    fresh = {"fastapi": "99.0.0"}
    rows = {
        "old-row": replace(GOOD, id="old-row", versions={"fastapi": "0.1.0"}),
        "new-row": replace(GOOD, id="new-row", versions=fresh, measured_on="2026-12-01"),
    }
    monkeypatch.setattr(verified, "row", rows.__getitem__)
    html = verified.put_into(f"<p>a</p>{verified.PLACE}<p>b</p>")
    assert re.search(r"<p>a</p><p class=\"verified measured\">.*</p><p>b</p>", html)
    assert "(2 rows): on 2026-11-23 to 2026-12-01, with fastapi 0.1.0 / 99.0.0." in html
    assert 'older than those locked now: <a href="../evidence/#old-row">old-row</a>.' in html


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("took_s", [3.03, 3.034, 3.1], '3.03 s <span class="spread">(3.03 to 3.1)</span>'),
        ("took_s", [3.03, 3.03, 3.03], "3.03 s"),
        ("took_ms", 12.0, "12 ms"),
        ("starts", [2, 2, 3], '2 <span class="spread">(2 to 3)</span>'),
        ("lost", True, "yes"),
        ("lost", False, "no"),
        ("status", 200, "200"),
        ("error", "", "(empty)"),
        ("error", "a < b", "<code>a &lt; b</code>"),
    ],
)
def test_a_value_is_told_in_words_and_numbers(
    key: str, value: object, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "language", "en")
    assert values.shown(key, value) == expected


def test_every_key_has_a_name_in_both_languages() -> None:
    rows = [row for row in every().values() if not topic_of(row.id)]
    keys = {key: row.id for row in rows for key in row.result if key != "recording"}
    named = tomllib.loads(values.LABELS.read_text("utf-8"))
    unnamed = {key: row_id for key, row_id in keys.items() if key not in named}
    assert not unnamed, f"site_build/keys.toml: name these keys, of the rows behind them: {unnamed}"
    assert all(words.keys() == {"zh", "en"} for words in named.values())


def test_a_number_has_three_digits_that_count() -> None:
    shown = [values.number(n) for n in (200, 3540.0, 3.034, 92.29, 0.0008, 0.60, 1234.5)]
    assert shown == ["200", "3540", "3.03", "92.3", "0.0008", "0.6", "1234"]


def test_rows_that_were_asked_the_same_stand_together() -> None:
    asked = {
        "kill-rq": "RQ, by default: is a job lost when its worker is killed?",
        "kill-arq": "arq, by default: is a job lost when its worker is killed?",
        "cost-rq": "What does it cost an endpoint to queue a job?",
        "uploadfile-0-118-0": "FastAPI 0.118.0: is it readable?",
        "uploadfile-0-95-2": "FastAPI 0.95.2: is it readable?",
    }
    rows = [
        replace(GOOD, id=row_id, question={"zh": text, "en": text})
        for row_id, text in asked.items()
    ]
    groups = grouped(rows)
    assert [[row.id for row in group.rows] for group in groups] == [
        ["cost-rq"],
        ["kill-arq", "kill-rq"],
        ["uploadfile-0-95-2", "uploadfile-0-118-0"],
    ]
    assert groups[2].topic is not None


def test_rows_whose_results_have_other_keys_do_not_stand_together() -> None:
    other = replace(GOOD, id="other", result={"starts": 1, "kills": 2})
    assert len(grouped([GOOD, other])) == 2


@pytest.mark.parametrize(
    ("questions", "common", "subjects"),
    [
        (["RQ: is it lost?", "arq: is it lost?"], ("", ": is it lost?"), ["RQ", "arq"]),
        (["SIGTERM (uvicorn): done?", "SIGTERM (granian): done?"], ("SIGTERM (", "): done?"), None),
        (["默认配置，会丢吗？", "默认，会丢吗？"], ("", "，会丢吗？"), ["默认配置", "默认"]),
        (["with 2 workers?", "with 24 workers?"], ("with ", " workers?"), ["2", "24"]),
        (["Only one?"], ("Only one?", ""), [""]),
    ],
)
def test_what_questions_share_is_told_once(
    questions: list[str], common: tuple[str, str], subjects: list[str] | None
) -> None:
    assert shared(questions) == common
    if subjects:
        assert [subject(question, common) for question in questions] == subjects
