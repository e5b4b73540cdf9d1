"""The committed rows keep their schema, and the pages rest on them."""

import re
from contextlib import suppress
from dataclasses import asdict, replace
from functools import cache

import pytest

from evidence.probes import parts
from evidence.rows import Finding, NoSuchRow, Row, every, load, row, row_of, written
from evidence.rows import parts as files
from evidence.schema import RowError, check
from site_build.claims import marks
from site_build.groups import grouped
from site_build.measured import row_for
from site_build.page import current
from site_build.releases import releases
from site_build.snippets import LANGUAGES, ROOT, names, snippet, variants
from site_build.tables import table

ROWS = sorted(every().values(), key=lambda row: row.id)
every_row = pytest.mark.parametrize("one", ROWS, ids=[row.id for row in ROWS])
GOOD = Row(
    "broker-down",
    "my-page",
    {"zh": "会怎样？", "en": "What happens?"},
    {"celery": "5.7.0"},
    "2026-11-23",
    "python -m evidence queues/broker_down",
    2,
    {"raised": True, "took_s": [1.5, 1.25], "watched_s": 20, "error": "OperationalError"},
)
PAGES = list((ROOT / "docs").glob("*/**/*.md"))
MARKED = {
    row_for(mark.claim.partition(" ")[0])
    for path in PAGES
    for mark in marks(path.read_text("utf-8"))
} - {""}
TABLES = re.compile(r'^```evidence (table|releases)="([\w-]+)"$', re.M)


@cache
def drawn() -> set[str]:
    """The rows that the pages' tables rest on; those of one that can't be drawn break the build."""
    asked = {found for path in PAGES for found in TABLES.findall(path.read_text("utf-8"))}
    current.cited.clear()
    for key, name in asked:
        with suppress(LookupError):
            (table if key == "table" else releases)(name)
    return set(current.cited)


@cache
def groups() -> dict[str, set[str]]:
    """For each row the rows that were asked the same, itself among them."""
    every_group = [{row.id for row in group.rows} for group in grouped(ROWS)]
    return {row_id: ids for ids in every_group for row_id in ids}


SNIPPETS = [snippet(f"{name}/{variant}") for name in names() for variant in variants(name)]
PLAYED = {row_of(found.id) for found in SNIPPETS if found.is_measured}


@every_row
def test_a_row_keeps_the_schema(one: Row) -> None:
    check(one)


@every_row
def test_a_row_belongs_to_a_page_in_both_languages(one: Row) -> None:
    for language in LANGUAGES:
        pages = list((ROOT / "docs" / language).rglob(f"{one.claim}.md"))
        assert pages, f"row {one.id}: there is no docs/{language}/…/{one.claim}.md"


@every_row
def test_a_row_is_used_on_a_page(one: Row) -> None:
    used = MARKED | PLAYED | drawn()
    assert used & groups()[one.id], (
        f"no page rests on row {one.id}, or on one that was asked the same; mark what it proves, "
        f'`[…]{{ data-claim="evidence/{one.id} …" }}`, or remove its probe'
    )


@every_row
def test_a_row_was_written_by_a_probe_that_is_there(one: Row) -> None:
    part, _, name = one.command.rpartition(" ")[2].partition("/")
    assert name in parts().get(part, {}), f"row {one.id}: no probe {part}/{name}; measure again"


@pytest.mark.parametrize("row_id", sorted(MARKED | PLAYED))
def test_what_a_page_rests_on_was_measured(row_id: str) -> None:
    assert row(row_id).id == row_id


def test_no_two_rows_have_the_same_id() -> None:
    ids = [one.id for path in files() for one in load(path)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_a_results_file_is_laid_out_as_it_would_be_written(path) -> None:
    assert written(load(path)) == path.read_text("utf-8")


def test_a_good_row_passes() -> None:
    assert check(GOOD) is GOOD


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"id": "Broker_Down"}, "id"),
        ({"claim": "my page"}, "claim"),
        ({"question": {"en": "What happens?"}}, "zh and en"),
        ({"question": {"zh": "会怎样？", "en": ""}}, "question.en"),
        ({"versions": {}}, "versions"),
        ({"measured_on": "yesterday"}, "measured_on"),
        ({"command": "make it so"}, "command"),
        ({"runs": 0}, "runs"),
        ({"result": {}}, "result"),
        ({"result": {"Took": 1}}, "result.Took: write the name in snake_case"),
        ({"result": {"took_s": [1.0]}}, "one value for each run: 2, not 1"),
        ({"result": {"took_s": [1.0, "x"]}}, "a list holds numbers"),
        ({"result": {"lost": [True, False]}}, "a list holds numbers"),
        ({"result": {"took": 3}}, "result.took: the name of a number ends in its unit"),
        ({"result": {"took": [1.0, 2.0]}}, "result.took: the name of a number ends in its unit"),
        ({"result": {"took_s": 1.5}}, "result.took_s: a measured time is a list"),
        ({"result": {"p99_ms": 12}}, "result.p99_ms: a measured time is a list"),
        ({"result": {"nested": {"a": 1}}}, "not dict"),
        ({"result": {"took_s": float("nan")}}, "not a number"),
        ({"result": {"recording": {"events": []}}}, "format, events, responses and printed"),
    ],
)
def test_a_row_that_breaks_the_schema_is_an_error_that_names_it(change, complaint: str) -> None:
    with pytest.raises(RowError) as caught:
        check(replace(GOOD, **change))
    assert complaint in str(caught.value)
    assert change.get("id", GOOD.id) in str(caught.value)


def test_rows_are_written_in_the_order_of_their_ids_and_read_back(tmp_path) -> None:
    other = replace(GOOD, id="a-row")
    file = tmp_path / "part.json"
    file.write_text(written([GOOD, other]), "utf-8")
    assert load(file) == [other, GOOD]
    assert written(load(file)) == written([other, GOOD])


def test_a_part_that_was_never_measured_has_no_rows(tmp_path) -> None:
    assert load(tmp_path / "none.json") == []


def test_a_missing_row_is_an_error_that_says_how_to_measure() -> None:
    with pytest.raises(NoSuchRow, match=r"no row 'nothing' in [^;]*; `make evidence`"):
        row("nothing")
    with pytest.raises(NoSuchRow, match="there is: celery-early-ack-kill"):
        row("celery-early-ack-killed")


def test_a_finding_has_all_that_a_row_has_but_day_and_command() -> None:
    row_keys, finding_keys = set(asdict(GOOD)), set(Finding.__dataclass_fields__)
    assert row_keys - finding_keys == {"measured_on", "command"}
