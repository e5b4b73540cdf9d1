"""The laws that every snippet keeps."""

import datetime
import io
import re
import runpy
import tokenize
from functools import cache
from pathlib import Path

import pytest

from recorder import Timeline
from recorder.expression import evaluate
from site_build import recordings, snippets
from site_build.recordings import is_recorded, recording
from site_build.snippets import KINDS, LANGUAGES, ROOT, Snippet, claims, names, story, variants
from tests.steady import steady

NAMES = names()
IDS = [f"{name}/{variant}" for name in NAMES for variant in variants(name)]
LIVE = [one for one in IDS if not snippets.snippet(one).is_measured]
RECORDED = [one for one in IDS if is_recorded(snippets.snippet(one))]
PATTERNS = snippets.patterns()
LONGEST = 40
LONGEST_PATTERN = 120
# Claims whose snippets may be longer, each with its reason.
LONGER = {
    "commit_before_task": (49, "a model and an engine take 14 lines, the reading endpoint 3"),
    "db_session_lifetime": (45, "a model, an engine and a pool take 17 lines before the lesson"),
}
# A wrong variant works: it answers below 400. These do not, and that is their lesson.
FAILING_ANSWERS = {
    "exception_drops_tasks/wrong": "the 409 that drops the task is the lesson",
    "response_immutable/wrong_polling": "the other worker's 404 is what the reader is shown",
    "temp_file_cleanup/wrong": "the 416 for a bad Range is what skips the task",
    "db_session_lifetime/wrong_async_def": "the 500 of a request that waited for nothing is shown",
}
# A live wrong variant fails what a live right one keeps. Nothing live keeps what these break.
WITHOUT_INVARIANT = {
    "failure_visibility/wrong_decorator_alone": "its lesson is an import that is missing, no pair",
    "when_to_use_a_queue/wrong_retry": "the right one needs a worker, and is measured",
}
ANNOTATION = re.compile(r"(#|//) \(\d+\)!$")

every_snippet = pytest.mark.parametrize("snippet_id", IDS)
every_name = pytest.mark.parametrize("name", NAMES)


@cache
def snippet(snippet_id: str) -> Snippet:
    return snippets.snippet(snippet_id)


def play_afresh(snippet_id: str) -> Timeline:
    return recordings.play(snippet(snippet_id))


def comments(found: Snippet) -> list[tuple[int, str]]:
    """Line and text of each comment. In JavaScript, of what begins a line or follows a blank."""
    source = found.path.read_text("utf-8")
    if found.path.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        return [(t.start[0], t.string) for t in tokens if t.type == tokenize.COMMENT]
    lines = enumerate(source.splitlines(), 1)
    return [(n, m[1]) for n, line in lines if (m := re.search(r"(?:^|\s)((?://|/\*).*)$", line))]


@pytest.mark.parametrize("snippet_id", RECORDED)
def test_it_plays_without_an_error_and_something_happens(snippet_id: str) -> None:
    assert recording(snippet_id).events


@pytest.mark.parametrize("snippet_id", LIVE)
def test_it_plays_twice_with_the_same_bytes(snippet_id: str) -> None:
    again = play_afresh(snippet_id)
    assert steady(again.to_json()) == steady(recording(snippet_id).to_json())


@every_snippet
def test_it_is_short_enough_to_read(snippet_id: str) -> None:
    lines = len(snippet(snippet_id).code.splitlines())
    name = snippet(snippet_id).name
    longest, _ = LONGER.get(name, (LONGEST_PATTERN if name in PATTERNS else LONGEST, ""))
    assert lines <= longest, f"{snippet(snippet_id).path}: {lines} lines, at most {longest}"


@every_snippet
def test_it_has_a_label_in_both_languages(snippet_id: str) -> None:
    labels = {snippet(snippet_id).label(language).strip() for language in LANGUAGES}
    assert "" not in labels
    assert len(labels) == len(LANGUAGES), f"{snippet_id}: one label for both languages: {labels}"


@every_snippet
def test_only_a_wrong_variant_has_a_kind_of_wrong_and_it_is_known(snippet_id: str) -> None:
    kind = snippet(snippet_id).meta.get("kind")
    if snippet(snippet_id).verdict == "wrong":
        assert kind in KINDS
    else:
        assert kind is None, f"{snippet_id} is not wrong; remove kind from its story.toml"


@every_snippet
def test_its_only_comments_are_annotations_and_section_markers(snippet_id: str) -> None:
    prose = [
        f"{snippet(snippet_id).path}:{line}: {text}"
        for line, text in comments(snippet(snippet_id))
        if not ANNOTATION.fullmatch(text) and "--8<-- [" not in text
    ]
    assert not prose, f"{prose}: prose belongs on the page, in both languages"


@pytest.mark.parametrize("snippet_id", [i for i in IDS if snippet(i).verdict == "wrong"])
def test_a_wrong_variant_works(snippet_id: str) -> None:
    statuses = [response.status for response in recording(snippet_id).responses]
    bad = [status for status in statuses if status >= 400]
    assert statuses, f"{snippet_id}: nobody was answered"
    assert bool(bad) == (snippet_id in FAILING_ANSWERS), f"{snippet_id} answers {statuses}"


@pytest.mark.parametrize("snippet_id", [i for i in IDS if snippet(i).path.suffix == ".py"])
def test_a_python_variant_imports_and_has_an_app(
    snippet_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # it may make a file, such as a database
    assert "app" in runpy.run_path(str(snippet(snippet_id).path))


@pytest.mark.parametrize("snippet_id", [i for i in IDS if snippet(i).path.suffix == ".py"])
def test_a_python_variant_sleeps_by_a_name_that_says_how(snippet_id: str) -> None:
    code = snippet(snippet_id).code
    assert not re.search(r"from (time|asyncio) import", code), f"{snippet_id}: write time.sleep(…)"


@every_name
def test_it_has_a_test_file_and_a_page_in_both_languages(name: str) -> None:
    page = name.replace("_", "-")
    wanted = [f"tests/snippets/test_{name}.py", *(f"docs/{x}/{page}.md" for x in LANGUAGES)]
    missing = [path for path in wanted if not (ROOT / path).is_file()]
    assert not missing, f"snippets/{name} has no {', '.join(missing)}"


@every_name
def test_it_says_where_it_runs_and_when_it_was_verified(name: str) -> None:
    told = story(name)
    places = [told.get("runs"), *(told[v].get("runs", "live") for v in variants(name))]
    assert set(places) <= {"live", "measured"}
    assert datetime.date.fromisoformat(str(told["verified"])) >= datetime.date(2026, 1, 1)
    assert all(told["title"][language].strip() for language in LANGUAGES)


@every_name
def test_a_story_tells_only_of_variants_that_exist(name: str) -> None:
    tables = {key for key, value in story(name).items() if isinstance(value, dict)}
    surplus = tables - {"title", "question"} - set(variants(name))
    assert not surplus, f"snippets/{name}/story.toml: remove {surplus}, or add the files"


@pytest.mark.parametrize("name", claims())
def test_exactly_one_answer_to_the_question_is_true(name: str) -> None:
    question = story(name)["question"]
    recorded = recording(f"{name}/{question['variant']}")
    true = [choice["en"] for choice in question["choices"] if evaluate(choice["if"], recorded)]
    assert len(question["choices"]) > 1
    assert len(true) == 1, f"snippets/{name}/story.toml: these answers are true: {true}"
    said = [question["ask"], question["why"], *question["choices"]]
    assert all(part[language].strip() for language in LANGUAGES for part in said)
