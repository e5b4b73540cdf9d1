"""What the search is made of: the text of a page, its terms, Chinese of both kinds, questions."""

import json
import subprocess
from functools import cache
from pathlib import Path

import pytest

from site_build import asking
from site_build.chinese import chinese
from site_build.recordings import node
from site_build.search_text import Section, messages, sections
from site_build.snippets import LANGUAGES, ROOT
from tests.conftest import Site
from tests.search import FILES, FOLDER, language, queries

PROGRAMS = ROOT / "tests" / "docs"
SITE_TEXT = "后台任务抛出异常，线程池耗尽，数据库连接没有释放"
PAGES = sorted(path.stem for path in (ROOT / "docs" / "zh").glob("*.md"))
in_each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def ran(program: str, job: dict[str, object]) -> str:
    """What a program beside this file prints."""
    command = [str(node()), str(PROGRAMS / program)]
    given = json.dumps(job)
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    return done.stdout


@cache
def terms(text: str) -> dict[str, list[str]]:
    """The terms of a text, as they are indexed and as they are asked for."""
    (told,) = json.loads(ran("words.mjs", {"texts": [text], "chinese": chinese(SITE_TEXT)}))
    return {key: list(value) for key, value in told.items()}


def test_the_text_of_a_page_is_cut_at_its_headings_and_keeps_cells_apart() -> None:
    found = sections(
        '<h1 id="a">Title<a class="headerlink" href="#a">¶</a></h1><p>Say <code>x</code>.</p>'
        '<div data-search-exclude>not this</div><h2 id="b">Next</h2>'
        "<table><tr><td>0.117</td><td>0.118</td></tr></table><pre><code>f(x)\n</code></pre>"
    )
    assert found == [
        Section("", "Title", "Say x.", ""),
        Section("b", "Next", "0.117\n0.118", "f(x)"),
    ]


def test_the_messages_that_prose_quotes_are_found_and_no_other_code() -> None:
    assert messages(
        "<p>It logs <code>kombu.EncodeError: Object of type &#x27;x&#x27;</code> twice,"
        " <code>kombu.EncodeError: Object of type &#x27;x&#x27;</code>, from <code>f(x)</code>.</p>"
        "<pre><code>raise ValueError</code></pre>"
    ) == ["kombu.EncodeError: Object of type 'x'"]


def test_a_word_is_cut_into_two_only_if_pages_are_sought_by_both() -> None:
    told = json.loads(ran("halves.mjs", {"words": ["threadpools", "threadfoo"]}))
    assert told == [["thread", "pool"], []]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add_task", {"addtask", "add", "task"}),
        ("asyncio.gather", {"asynciogath", "gather"}),
        ('scope="function"', {"scope", "function"}),
        ("BaseHTTPMiddleware", {"basehttpmiddlewar", "base", "http", "middlewar"}),
        ("keep-alive", {"keepal", "keep", "aliv"}),
        ("BackgroundTasks", {"backgroundtask"}),
        ("backgroundtasks", {"backgroundtask"}),
        ("顺序执行", {"顺序", "序执", "执行"}),
        ("celery 重试", {"celeri", "重试"}),
        ("用create_task起的任务", {"createtask", "creat", "任务"}),
        ("worker被kill了", {"worker", "~kill"}),
        ("freezes", {"~stuck"}),
        ("卡住", {"~stuck"}),
    ],
)
def test_a_text_has_the_terms(text: str, expected: set[str]) -> None:
    assert expected <= set(terms(text)["indexed"])


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [("數據庫連接", "数据库连接"), ("執行緒池", "线程池"), ("資料庫連線", "数据库连接")],
)
def test_traditional_chinese_asks_what_simplified_asks(traditional: str, simplified: str) -> None:
    assert terms(traditional)["asked"] == terms(simplified)["asked"]


@pytest.mark.parametrize(
    ("question", "plain"),
    [("怎么取消后台任务？", "取消后台任务"), ("how do I cancel a task", "cancel task")],
)
def test_the_words_that_any_question_has_are_not_asked(question: str, plain: str) -> None:
    assert terms(question)["asked"] == terms(plain)["asked"]


def test_a_question_of_nothing_but_such_words_is_asked_as_it_is() -> None:
    assert terms("how to")["asked"]
    assert terms("怎么办")["asked"]


def test_each_page_is_known_to_asked_toml_in_both_languages() -> None:
    assert sorted(asking.pages()) == PAGES
    for page in PAGES:
        assert all(asking.asked(page, language) for language in LANGUAGES), page


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_is_measured_by_was_tuned_by(language: str) -> None:
    tuning, measuring = (
        {question.lower() for question, _ in queries(FOLDER / f"{use}.{language}.toml")}
        for use in ("tuning", "measuring")
    )
    assert min(len(tuning), len(measuring)) >= 40
    assert tuning & measuring == set()


@in_each_file
def test_each_question_is_asked_once_and_its_page_is_there(file: Path) -> None:
    asked_ = [question for question, _ in queries(file)]
    assert len(asked_) == len(set(asked_))
    assert {page for _, wanted in queries(file) for page in wanted} <= set(PAGES)
    assert language(file) in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_index_has_all_pages_of_its_language_and_no_other(language: str, site: Site) -> None:
    (index,) = (site.folder / "assets" / "search").glob(f"{language}.*.json")
    told = json.loads(index.read_text("utf-8"))
    start = "" if language == "zh" else f"{language}/"
    assert sorted(page["url"] for page in told["pages"]) == sorted(
        start + ("" if name == "index" else f"{name}/") for name in PAGES
    )
    assert not (site.folder / "search").exists()


def test_the_table_of_characters_goes_with_its_licence(site: Site) -> None:
    text = (site.folder / "assets" / "licenses.txt").read_text("utf-8")
    for name in ("minisearch", "stemmer", "opencc-data"):
        assert text.count(f"== {name}") == 1
