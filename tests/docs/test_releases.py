"""What is true in which release: eras of equal answers, and passages for some releases alone."""

import re
from dataclasses import replace

import pytest
from markdown import markdown

from evidence.rows import Row
from site_build import releases
from site_build.groups import grouped
from site_build.page import current
from site_build.passages import SPECIFIER, PassageError, PassageExtension
from site_build.releases import NoTopic, eras, measured_releases
from site_build.snippets import ROOT
from tests.docs.parsed import Page, parse
from tests.evidence.test_rows import GOOD

ANSWERS = {"0-95-2": True, "0-105-0": True, "0-106-0": False, "0-118-0": True}


def rows(**more: object) -> list[Row]:
    return [
        replace(
            GOOD,
            id=f"uploadfile-{release}",
            result={"async_task_reads": answer, "def_task_reads": False, **more},
        )
        for release, answer in ANSWERS.items()
    ]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Page:
    """The table of a topic with four releases, of which the third answers otherwise."""
    monkeypatch.setattr(releases, "every", lambda: {row.id: row for row in rows()})
    monkeypatch.setattr(current, "language", "en")
    return parse("t", releases.releases("uploadfile"))


def test_releases_with_equal_answers_are_one_column(made: Page) -> None:
    heads = [e for e in made.all("th") if "data-from" in e.attrs][:3]
    assert [head.attrs["data-from"] for head in heads] == ["0.95.2", "0.106.0", "0.118.0"]
    assert heads[0].text == "0.95.2 to 0.105.0 (measured: 0.95.2, 0.105.0)"
    assert heads[1].text == "0.106.0 (measured: 0.106.0)"


def test_a_cell_rests_on_the_last_release_of_its_column(made: Page) -> None:
    cells = [(e.text, e.attrs["data-evidence"]) for e in made.all("td")][:3]
    assert cells == [
        ("yes", "uploadfile-0-105-0"),
        ("no", "uploadfile-0-106-0"),
        ("yes", "uploadfile-0-118-0"),
    ]


def test_what_has_not_changed_is_shown_on_demand(made: Page) -> None:
    assert "a def task can call file.file.read()" in made.one("details").text
    assert made.one("summary").text == "1 more, the same in all releases"


def test_times_do_not_make_an_era() -> None:
    timed = [replace(row, id=row.id.replace("uploadfile", "chunked-end")) for row in rows()]
    timed = [
        replace(row, result={"chunked_complete_after_s": number})
        for number, row in enumerate(timed)
    ]
    (group,) = grouped(timed)
    assert [len(one) for one in eras(group)] == [4]


def test_an_unknown_topic_and_one_without_rows_are_errors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(releases, "every", dict)
    with pytest.raises(NoTopic, match="there is no topic 'x'; there are: yield"):
        releases.releases("x")
    with pytest.raises(NoTopic, match="'yield' was never measured"):
        releases.releases("yield")


def test_the_switch_knows_all_measured_releases_oldest_first() -> None:
    known = measured_releases()
    assert known[0] == "0.95.2"
    assert known[-1] == "0.165.0"
    assert known.index("0.105.0") < known.index("0.118.0")


@pytest.mark.parametrize(
    ("versions", "line"),
    [
        (">=0.118", "True of FastAPI 0.118 and later:"),
        ("<0.106", "True before FastAPI 0.106:"),
        (">=0.106 <0.118", "True of FastAPI 0.106 and later, before 0.118:"),
    ],
)
def test_a_passage_says_of_which_releases_it_is_true(
    versions: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "language", "en")
    text = f'<div data-versions="{versions}" markdown>\n\nIt is so.\n\n</div>\n'
    page = parse("p", markdown(text, extensions=["md_in_html", PassageExtension()]))
    assert [e.text for e in page.all("p")] == [line, "It is so."]
    assert page.one("div").attrs["data-versions"] == versions


@pytest.mark.parametrize("versions", [" ", "0.118", ">0.118", ">=0.118,<0.120"])
def test_versions_that_cannot_be_read_are_an_error(versions: str) -> None:
    text = f'<div data-versions="{versions}" markdown>\n\nIt is so.\n\n</div>\n'
    with pytest.raises(PassageError, match="write"):
        markdown(text, extensions=["md_in_html", PassageExtension()])


def test_the_versions_of_every_passage_were_measured() -> None:
    minors = {release.rpartition(".")[0] for release in measured_releases()}
    for path in (ROOT / "docs").glob("*/**/*.md"):
        for versions in re.findall(r'data-versions="([^"]*)"', path.read_text("utf-8")):
            match = SPECIFIER.fullmatch(versions)
            assert match, f"{path}: {versions}"
            edges = set(filter(None, match.groups()))
            assert edges <= minors, f"{path}: {edges - minors} was not measured"


def test_only_pages_with_something_to_choose_have_the_switch(pages: list[Page]) -> None:
    for page in pages:
        chosen = [e for e in page.elements if "data-from" in e.attrs or "data-versions" in e.attrs]
        bars = [e for e in page.all("div") if "your-version" in e.classes]
        scripts = [e for e in page.all("script") if "versions.js" in e.attrs.get("src", "")]
        assert len(bars) == len(scripts) == bool(chosen), page.name
