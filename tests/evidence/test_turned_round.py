"""A result that is turned round does not go unnoticed: the test of the pages' marks fails."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence import rows
from site_build.claims import Mark
from tests.docs import test_marks

FILES = [path.name for path in rows.parts()]
Cited = tuple[str, Mark, str, str]


def cited_truths(part: str) -> Iterator[Cited]:
    """Page, mark, row and key of the truths of a part that pages cite."""
    known = {row.id: row for row in rows.load(rows.FOLDER / part)}
    for page, mark in test_marks.all_marks():
        row_id, _, expression = mark.claim.removeprefix("evidence/").partition(" ")
        if mark.claim.startswith("evidence/") and row_id in known:
            result = known[row_id].result
            for key in re.findall(r"\w+", expression):
                if isinstance(result.get(key), bool):
                    yield page, mark, row_id, key


CITED = {part: list(cited_truths(part)) for part in FILES}


def turn(path: Path, row_id: str, key: str) -> None:
    """Turn round a truth in a file of results."""
    content = json.loads(path.read_text("utf-8"))
    (row,) = [one for one in content if one["id"] == row_id]
    row["result"][key] = not row["result"][key]
    path.write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize("part", [part for part in FILES if CITED[part]])
def test_a_mark_fails_when_the_truth_that_it_cites_is_turned_round(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(rows.FOLDER, tmp_path / "results")
    monkeypatch.setattr(rows, "FOLDER", folder)
    page, mark, row_id, key = CITED[part][0]
    test_marks.test_the_prose_agrees_with_the_recording(page, mark)

    turn(folder / part, row_id, key)

    with pytest.raises(pytest.fail.Exception, match=re.escape(f"docs/{page}:{mark.line}")):
        test_marks.test_the_prose_agrees_with_the_recording(page, mark)


def test_truths_of_most_parts_are_cited() -> None:
    assert len([part for part in FILES if CITED[part]]) >= 4
