"""Declared tables: each cell is worded by what its row says, and leads to it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.rows import Row
from site_build import tables
from site_build.page import current
from site_build.tables import TableError, table
from tests.docs.parsed import Page, parse
from tests.evidence.test_rows import GOOD

DECLARED = """
corner = { zh = "工具", en = "tool" }

[[columns]]
id = "kill"
zh = "被杀"
en = "killed"
row = "kill-{line}"
says = "lost"
from = "0.1.0"

[[columns]]
id = "cost"
zh = "代价"
en = "cost"

[[lines]]
id = "rq"
zh = "`RQ`"
en = "`RQ`"

[[says.lost]]
if = ["lost", "1 <= tries"]
zh = "✗ 丢了"
en = "✗ lost"

[[says.lost]]
if = "lost = false"
zh = "✓ {again_after_s}后重来"
en = "✓ again after {again_after_s}"

[[cells]]
at = "rq/cost"
ours = { zh = "✗ 过度设计", en = "✗ overkill" }
why = { zh = "小", en = "it is small" }
"""
RESULT = {"lost": False, "tries": 2, "again_after_s": [8.6, 8.5, 9.0]}
MADE = replace(GOOD, id="kill-rq", result=RESULT, runs=3)
Made = dict[str, Row]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """A folder with one table, `t`, and the rows, which a test may change."""
    rows = {"kill-rq": MADE}
    (tmp_path / "t.toml").write_text(DECLARED, "utf-8")
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    monkeypatch.setattr(tables, "ROOT", tmp_path)
    monkeypatch.setattr(tables, "every", lambda: rows)
    monkeypatch.setattr("evidence.rows.every", lambda: rows)
    monkeypatch.setattr(current, "language", "en")
    monkeypatch.setattr(current, "cited", {})
    return rows


def drawn() -> Page:
    return parse("t", table("t"))


def test_a_cell_says_what_is_true_of_its_row_and_leads_to_it(made: Made) -> None:
    page = drawn()
    cells = [cell for cell in page.all("td") if "data-evidence" in cell.attrs]
    assert [(cell.text, cell.attrs["data-evidence"]) for cell in cells] == [
        ("✓ again after 8.6 s", "kill-rq")
    ]
    assert page.one("a").attrs["href"] == "../evidence/#kill-rq"
    assert list(current.cited) == ["kill-rq"]


def test_a_cell_follows_its_row(made: Made) -> None:
    made["kill-rq"] = replace(MADE, result=RESULT | {"lost": True})
    assert "✗ lost" in table("t")


def test_a_cell_is_worded_in_the_language_of_the_page(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "language", "zh")
    assert "✓ 8.6 秒后重来" in table("t")


def test_a_judgement_is_told_as_ours_with_its_reason_and_rests_on_no_row(made: Made) -> None:
    (cell,) = (cell for cell in drawn().all("td") if "data-evidence" not in cell.attrs)
    assert cell.text == "✗ overkill our judgement: it is small"


def test_a_column_that_holds_from_a_release_on_says_so(made: Made) -> None:
    page = drawn()
    assert [head.attrs.get("data-from") for head in page.all("th")][1:3] == ["0.1.0", None]
    assert page.one("table").classes == {"evidence", "declared", "releases"}


def test_code_in_a_head_is_code(made: Made) -> None:
    assert drawn().one("code").text == "RQ"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("kill-{line}", "stop-{line}", "t.toml: at rq/kill there is no row 'stop-rq'"),
        ('"lost = false"', '"2 < tries"', "at rq/kill nothing of says.lost is true of kill-rq"),
        ("{again_after_s}", "{after_s}", "row kill-rq has no 'after_s'; it has: lost, tries"),
        ('at = "rq/cost"', 'at = "rq/price"', "no place for ['rq/price']"),
        ("[[cells]]", "[[others]]", "nothing is said at rq/cost"),
        ('corner = { zh = "工具", en = "tool" }', "", "'corner' is missing"),
        ("says.lost", "says.kept", "'lost' is missing"),
    ],
)
def test_what_cannot_be_drawn_is_an_error_that_names_the_cell(
    old: str, new: str, complaint: str, made: Made
) -> None:
    file = tables.FOLDER / "t.toml"
    file.write_text(DECLARED.replace(old, new), "utf-8")
    with pytest.raises(TableError, match=re.escape(complaint)):
        table("t")


def test_an_unknown_table_is_an_error_that_names_the_others(made: Made) -> None:
    with pytest.raises(TableError, match=r"there is no u.toml; there are: t"):
        table("u")


def test_rows_that_must_say_the_same_are_asked_too(made: Made) -> None:
    file = tables.FOLDER / "t.toml"
    file.write_text(DECLARED.replace('says = "lost"', 'says = "lost"\nalso = ["other"]'), "utf-8")
    made["other"] = replace(MADE, id="other")
    assert "✓ again after 8.6 s" in table("t")
    made["other"] = replace(MADE, id="other", result=RESULT | {"lost": True})
    with pytest.raises(TableError, match="is true of kill-rq, other"):
        table("t")


def test_words_for_a_key_are_only_for_rows_that_have_it(made: Made) -> None:
    file = tables.FOLDER / "t.toml"
    only = 'has = "retries"\nif = "0 < retries"\nzh = "重试"\nen = "tried again"\n'
    first = DECLARED.replace("[[says.lost]]", f"[[says.lost]]\n{only}\n[[says.lost]]", 1)
    file.write_text(first, "utf-8")
    assert "✓ again after 8.6 s" in table("t")
    made["kill-rq"] = replace(MADE, result=RESULT | {"retries": 1})
    assert "tried again" in table("t")


DECLARATIONS = sorted(path.stem for path in tables.FOLDER.glob("*.toml"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", DECLARATIONS)
def test_every_declared_table_can_be_drawn_and_every_cell_rests_on_something(
    name: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "language", language)
    page = parse(name, table(name))
    reasons = [e.attrs["class"] for e in page.all("span") if e.classes & {"ours", "none"}]
    rested = [cell for cell in page.all("td") if "data-evidence" in cell.attrs]
    assert rested
    assert len(list(page.all("td"))) <= len(rested) + len(reasons)
