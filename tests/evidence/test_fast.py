"""The fast part of the evidence, for real: what it finds is what is committed. It takes a minute.

What it asks is in `evidence.fast`; everything else is asked by `make evidence`.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from evidence.asking import told_under_warden
from evidence.changes import CIRCUMSTANCES
from evidence.fast import FACTOR, asked, different
from evidence.rows import row
from evidence.units import is_given, seconds_in

ROWS = list(asked())
LIMIT_S = 600.0  # environments may have to be installed
every_row = pytest.mark.parametrize("row_id", ROWS)


@pytest.fixture(scope="module")
def all_found(request: pytest.FixtureRequest) -> dict[str, Mapping[str, Any]]:
    """What is found of all rows that are tested, by a process that leaves nothing behind."""
    tested = [
        str(item.callspec.params["row_id"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module
    ]
    return told_under_warden(["evidence.fast", *tested], LIMIT_S)


@pytest.fixture
def found(row_id: str, all_found: dict[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    assert "failed" not in all_found[row_id], all_found[row_id]["failed"]
    return all_found[row_id]


@every_row
def test_a_run_of_today_gives_the_committed_answer(row_id: str, found: Mapping[str, Any]) -> None:
    assert list(different(row(row_id), found)) == []
    assert found.keys() & row(row_id).result.keys()


def turned(kept: Any) -> Any:
    """Another answer: the opposite, another text, a time of another order."""
    if isinstance(kept, bool):
        return not kept
    return f"not {kept}" if isinstance(kept, str) else (max(kept) + 1) * (FACTOR + 1)


@every_row
def test_an_answer_that_is_turned_round_is_noticed(row_id: str, found: Mapping[str, Any]) -> None:
    kept = row(row_id).result
    for key, value in found.items():
        certain = isinstance(value, bool | str) and type(kept[key]) is type(value)
        measured = seconds_in(key) and not is_given(key) and key not in CIRCUMSTANCES
        if certain or measured:
            (told,) = different(row(row_id), {**found, key: turned(kept[key])})
            assert f"{row_id}: {key} is" in told
