"""Whoever breaks a pattern's promise is told by its test, and whoever checks too little as well."""

import re
from pathlib import Path

import pytest

from tests.snippets import patterns, small_pattern
from tests.snippets.patterns import Break, check

ONCE = Break("test_a_charge_is_made_once", "    seen.add(key)\n", "")
OTHER = Break("test_another_key_is_another_charge", "again = key in seen", "again = bool(seen)")


@pytest.fixture(autouse=True)
def pattern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return small_pattern.make(tmp_path, monkeypatch)


def change(pattern: Path, old: str, new: str) -> None:
    file = pattern / "test_app.py"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_pattern_of_which_each_promise_was_broken_is_checked() -> None:
    check("charge-once", [ONCE, OTHER])


@pytest.mark.parametrize(
    ("breaks", "complaint"),
    [
        ([ONCE], "no Break shows what these prove: ['test_another_key_is_another_charge']"),
        ([ONCE, OTHER, Break("test_no", "a", "b")], "test_app.py has no ['test_no']"),
        (
            [OTHER, Break(ONCE.test, "key", "k")],
            "`old` must stand in app.py once, it is there 4 times: 'key'",
        ),
        ([OTHER, Break(ONCE.test, "gone", "")], "once, it is there 0 times: 'gone'"),
        ([OTHER, Break(ONCE.test, "--8<--", "")], "once, it is there 0 times: '--8<--'"),
        ([OTHER, Break(ONCE.test, ONCE.old, ONCE.old)], "`new` is `old`, nothing is broken"),
        (
            [OTHER, Break(ONCE.test, "set[str] = set()", "set[str] = {*()}")],
            "passes although 'set[str] = set()' has become 'set[str] = {*()}'",
        ),
        ([OTHER, Break(ONCE.test, "import FastAPI", "import Fast")], "must still import and start"),
    ],
    ids=["untested", "unknown", "ambiguous", "absent", "marker", "unchanged", "kept", "no-app"],
)
def test_a_break_that_shows_nothing_is_reported(breaks: list[Break], complaint: str) -> None:
    with pytest.raises(AssertionError, match=re.escape(complaint)):
        check("charge-once", breaks)


def test_a_download_whose_own_tests_fail_is_reported(pattern: Path) -> None:
    change(pattern, "[True, False]", "[True, True]")
    with pytest.raises(AssertionError, match=r"as it stands, these fail: \['test_a_charge"):
        check("charge-once", [ONCE, OTHER])


def test_a_download_without_tests_is_reported(pattern: Path) -> None:
    change(pattern, "def test_", "def no_test_")
    with pytest.raises(AssertionError, match=r"test_app\.py has no tests"):
        check("charge-once", [])


def test_a_download_that_hangs_is_ended_with_what_it_started(
    pattern: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(pattern, "import app\n", "import time\n\nimport app\n\ntime.sleep(600)\n")
    monkeypatch.setattr(patterns, "PATIENCE", 1)
    with pytest.raises(AssertionError, match=r"takes more than \d s; let it wait with a deadline"):
        check("charge-once", [ONCE, OTHER])
