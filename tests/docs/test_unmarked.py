"""No time and no version stands on a page that nothing holds against a run."""

import tomllib
from pathlib import Path

import pytest

from site_build.snippets import ROOT
from tests.docs.unmarked import unmarked

DOCS = ROOT / "docs"
FILES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.glob("*/**/*.md"))
EXCEPTIONS = tomllib.loads(Path(__file__).with_name("unmarked.toml").read_text("utf-8"))["unmarked"]


def allowed(page: str) -> set[str]:
    return {text for entry in EXCEPTIONS if entry["page"] == page for text in entry["texts"]}


@pytest.mark.parametrize("name", FILES)
def test_every_time_and_every_version_is_held_by_a_mark(name: str) -> None:
    page = Path(name).stem
    text = (DOCS / name).read_text("utf-8")
    found = (one for one in unmarked(text) if one.text not in allowed(page))
    left = [f"{one.text!r} in: {one.line}" for one in found]
    assert not left, (
        f"docs/{name}: mark what was run, "
        '`[10 s]{ data-claim="folder/variant EXPRESSION" }`, or give a reason in '
        "tests/docs/unmarked.toml:\n" + "\n".join(left)
    )


@pytest.mark.parametrize("entry", EXCEPTIONS, ids=lambda entry: entry["texts"][0])
def test_an_exception_has_a_reason_and_is_still_needed(entry: dict) -> None:
    assert entry["why"]
    for text in entry["texts"]:
        pages = [path.read_text("utf-8") for path in DOCS.rglob(f"{entry['page']}.md")]
        assert any(text in {one.text for one in unmarked(page)} for page in pages), text


@pytest.mark.parametrize(
    "text",
    [
        "It takes 10 s.",
        "要等 10 秒。",
        "within 200 ms",
        "Since FastAPI 0.118 it is so.",
        "FastAPI 0.118 起如此。",
        "| 0.106.0 | closed |",
        "Celery 5.7 loses it.",
        'kombu 5.6 keeps [it]{ data-claim="sequential_order/wrong status @ann" }.',
    ],
)
def test_a_time_or_a_version_that_nothing_holds_is_found(text: str) -> None:
    assert list(unmarked(text))


@pytest.mark.parametrize(
    "text",
    [
        '[10 s]{ data-claim="sequential_order/wrong task.finished send_push" }',
        "`sleep(10 s)` and\n\n```\nFastAPI 0.1\n```\n",
        "Sources: [FastAPI 0.118](https://example.test/0.118.0)",
        "[here](page.md#0.118.0)",
        'FastAPI 0.105.0 [ends it]{ data-claim="evidence/yield-0-105-0 exit_after_task" }.',
        '<div data-versions=">=0.106 <0.118" markdown>',
        "three tasks, 5 of them, in 10 steps",
        "status 200, port 8000, 3.5 times",
    ],
)
def test_what_is_held_or_is_no_claim_is_not_found(text: str) -> None:
    assert not list(unmarked(text))


def test_a_mark_holds_what_its_row_was_given_on_the_same_line_alone() -> None:
    mark = '[finish]{ data-claim="evidence/uvicorn-sigterm async_def_finished = 1" }'
    assert not list(unmarked(f"Tasks of 3 s {mark}."))
    assert [one.text for one in unmarked(f"Tasks of 4 s {mark}.")] == ["4 s"]
    assert [one.text for one in unmarked(f"Tasks of 3 s.\n\nThey {mark}.")] == ["3 s"]
