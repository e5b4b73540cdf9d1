"""Each answer that changes is pinned by two releases between which nothing was published."""

from dataclasses import replace

import pytest

from evidence.processes import ProbeError
from evidence.rows import Row, every
from evidence.topics import topics
from evidence.versions import adjacent, bisect, published
from evidence.versions.adjacent import Change, changes
from evidence.versions.asking import merged

PAIRS = [(package, change) for package in ("fastapi", "starlette") for change in changes(package)]
UPLOAD = topics()["uploadfile"]
LISTED = ["0.1.0", "0.2.0", "0.2.1", "0.3.0", "0.10.0", "0.10.1"]


def row_id(package: str, change: Change) -> str:
    topic, _, after, _ = change
    return f"boundary-{topic.row_id(after.versions[package], package)}"


each_change = pytest.mark.parametrize(
    ("package", "change"), PAIRS, ids=[row_id(*pair) for pair in PAIRS]
)


@each_change
def test_each_change_between_releases_is_pinned_by_adjacent_ones(package, change) -> None:
    _, before, after, keys = change
    pinned = every()[row_id(package, change)].result
    assert pinned["releases_between_count"] == 0
    assert (pinned["last_before"], pinned["first_after"]) == (
        before.versions[package],
        after.versions[package],
    )
    assert pinned["changed_keys"] == ", ".join(keys)


def test_each_boundary_is_one_where_an_answer_changes() -> None:
    measured = {one.id for one in every().values() if one.command.endswith("/boundaries")}
    assert measured == {row_id(*pair) for pair in PAIRS}


@pytest.mark.parametrize(
    ("topic", "release", "whose"),
    [
        ("yield", "0.106.0", "fastapi"),
        ("yield", "0.118.0", "fastapi"),
        ("uploadfile", "0.106.0", "fastapi"),
        ("uploadfile", "0.118.0", "fastapi"),
        ("add-task-after-yield", "0.106.0", "fastapi"),
        ("add-task-after-yield", "0.118.0", "fastapi"),
        ("add-task-after-yield", "0.121.0", "fastapi"),
        ("contextvars", "0.106.0", "fastapi"),
        ("contextvars", "0.118.0", "fastapi"),
        ("http-middleware-error", "0.108.0", "starlette"),
        ("http-middleware-error", "0.115.10", "starlette"),
        ("chunked-end", "0.108.0", "starlette"),
        ("range", "0.115.2", "starlette"),
    ],
)
def test_whose_change_it_is(topic: str, release: str, whose: str) -> None:
    found = every()[f"boundary-{topics()[topic].row_id(release)}"]
    assert found.result["changed_by"] == whose


def test_nothing_else_changes_between_the_releases_that_were_asked() -> None:
    found = {row_id("fastapi", change) for package, change in PAIRS if package == "fastapi"}
    assert len(found) == 13


def a_row(release: str, starlette: str, reads: bool) -> Row:
    model = every()[UPLOAD.row_id("0.118.0")]
    return replace(
        model,
        id=UPLOAD.row_id(release),
        versions={"fastapi": release, "starlette": starlette},
        result=model.result | {"async_task_reads": reads},
    )


@pytest.fixture
def measured(monkeypatch):
    """Puts rows in the place of the committed ones, and a list in the place of pip's."""

    def put(*found: Row) -> None:
        monkeypatch.setattr(adjacent, "every", lambda: {row.id: row for row in found})
        monkeypatch.setattr(published, "published", lambda package: LISTED)

    return put


def test_a_change_is_told_with_its_two_releases(measured) -> None:
    measured(a_row("0.1.0", "1", True), a_row("0.3.0", "1", True), a_row("0.10.0", "1", False))
    (found,) = adjacent.found()
    assert found.id == "boundary-uploadfile-0-10-0"
    assert found.result["last_before"] == "0.3.0"
    assert found.result["changed_by"] == "fastapi"


def test_a_change_between_releases_that_are_not_adjacent_is_an_error(measured) -> None:
    measured(a_row("0.2.0", "1", True), a_row("0.3.0", "1", False))
    with pytest.raises(ProbeError, match=r"bisect uploadfile KEY 0\.2\.0 0\.3\.0"):
        list(adjacent.found())


def test_a_change_that_may_be_starlettes_is_an_error(measured) -> None:
    measured(a_row("0.1.0", "1", True), a_row("0.2.0", "2", False))
    with pytest.raises(ProbeError, match="have another Starlette too"):
        list(adjacent.found())


def test_no_change_is_no_boundary(measured) -> None:
    measured(a_row("0.1.0", "1", True), a_row("0.10.1", "2", True))
    assert list(adjacent.found()) == []


def test_releases_between_two_are_those_that_pip_lists(monkeypatch) -> None:
    monkeypatch.setattr(published, "published", lambda package: LISTED)
    assert published.between("fastapi", "0.2.0", "0.10.0") == ["0.2.1", "0.3.0"]
    assert published.between("fastapi", "0.3.0", "0.10.0") == []
    with pytest.raises(ValueError, match="not in list"):
        published.between("fastapi", "0.3.0", "0.4.0")


@pytest.mark.parametrize("last", LISTED[:-1])
def test_bisection_finds_the_adjacent_pair(last: str) -> None:
    asked = []

    def ask(release: str) -> bool:
        asked.append(release)
        return LISTED.index(release) > LISTED.index(last)

    low, high = bisect.bisected(LISTED[0], LISTED[-1], LISTED[1:-1], ask)
    assert (low, high) == (last, LISTED[LISTED.index(last) + 1])
    assert len(asked) == len(set(asked)) <= 5


def test_bisection_between_equal_answers_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"0\.1\.0 and 0\.3\.0 both answer True"):
        bisect.bisected("0.1.0", "0.3.0", ["0.2.0"], lambda _: True)


def test_bisection_prints_each_answer_and_the_pair(monkeypatch, capsys) -> None:
    monkeypatch.setattr(published, "published", lambda package: LISTED)
    monkeypatch.setattr(bisect, "_installed", lambda given, release: release)

    def told_by(python, asked):
        reads = LISTED.index(python) < 3
        versions = {"fastapi": python, "starlette": "1"}
        return {"versions": versions, "answers": {"uploadfile": {"async_task_reads": reads}}}

    monkeypatch.setattr(bisect, "told_by", told_by)
    assert bisect.main(["uploadfile", "async_task_reads", "0.1.0", "0.10.1"]) == 0
    said = capsys.readouterr().out
    assert "fastapi 0.3.0, starlette 1: False" in said
    assert said.endswith("uploadfile async_task_reads changes between fastapi 0.2.1 and 0.3.0\n")
    assert bisect.main(["uploadfile", "async_task_reads", "0.1.0", "0.2.0"]) == 2


def test_runs_that_do_not_agree_are_an_error_that_names_the_key() -> None:
    with pytest.raises(ProbeError, match=r"uploadfile: task_runs is not the same in each run"):
        merged("uploadfile", [{"task_runs": True}, {"task_runs": False}])


def test_seconds_of_all_runs_are_kept() -> None:
    runs = [{"after_s": 0.12345, "task_s": 1}, {"after_s": 0.2, "task_s": 1}]
    assert merged("chunked-end", runs) == {"after_s": [0.123, 0.2], "task_s": 1}
