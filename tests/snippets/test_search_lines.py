"""The lines of "Check your own code" find the wrong listing, and leave the right one alone."""

import re

import pytest

from site_build.snippets import LANGUAGES, ROOT

# The page, which of its lines that search, and what it must and must not find.
LINES = [
    ("exception-drops-tasks", 0, "wrong", "right"),
    ("returned-response-drops-tasks", 0, "wrong", "right"),
    ("returned-response-drops-tasks", 1, "wrong_cached", "right"),
    ("tasks-from-dependencies", 0, "wrong", "service"),
    ("add-task-call-mistakes", 0, "wrong", "right"),
    ("add-task-call-mistakes", 1, "wrong_lambda", "right"),
    ("celery-from-async", 0, "wrong", "right"),
    ("websocket-and-streaming", 0, "wrong", "right"),
]


def patterns(language: str, page: str) -> list[str]:
    text = (ROOT / "docs" / language / f"{page}.md").read_text("utf-8")
    return re.findall(r'`rg -nU? "([^`]+)"[^`"]*--type py`', text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "nth", "wrong", "right"), LINES)
def test_a_search_line_finds_the_wrong_listing_alone(
    language: str, page: str, nth: int, wrong: str, right: str
) -> None:
    pattern = re.compile(patterns(language, page)[nth], re.M)
    folder = ROOT / "snippets" / page.replace("-", "_")
    assert pattern.search((folder / f"{wrong}.py").read_text("utf-8"))
    assert not pattern.search((folder / f"{right}.py").read_text("utf-8"))
